import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Part of the images that a folder without a test part gives to the test. */
const TEST_SHARE = 0.2;

/** What a folder of images is made of. */
export interface FolderParts {
  readonly train: string;
  /** A folder, or a share of every class of `train`. */
  readonly test: string | number;
  /** Where there is one beside the test part. */
  readonly validation?: string;
}

/** `train` beside `test` or `val`, else one folder of classes, of which a part is kept for the test. */
export function folderParts(folder: string): FolderParts {
  const train = join(folder, 'train');
  if (!existsSync(train)) return { train: folder, test: TEST_SHARE };
  const [test, validation] = ['test', 'val', 'validation']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path));
  return { train, test: test ?? TEST_SHARE, ...(validation !== undefined && { validation }) };
}
