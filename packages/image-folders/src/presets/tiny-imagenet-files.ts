import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BytesReader } from '../decode/read-bytes.js';
import { imageErrors } from '../errors.js';
import { listFiles } from '../listing/list-files.js';
import type { ImagePlace } from '../listing/image-table.js';
import { keptIndex } from '../shards/kept-index.js';
import { walkTar } from '../shards/walk-tar.js';

const NAME = 'tiny-imagenet-200';

/** The files of Tiny ImageNet, unpacked or in one tar file. */
export interface TinyImageNetFiles {
  /** Folder or tar file. */
  readonly at: string;
  /** Every file below `tiny-imagenet-200`, in `/` notation, with its place. */
  readonly files: ReadonlyMap<string, ImagePlace>;
  /** The text of one of them. Throws `IMAGES_NOT_FOUND`. */
  text(path: string): Promise<string>;
}

/**
 * Finds Tiny ImageNet in a folder: `tiny-imagenet-200`, itself or below, or `tiny-imagenet-200.tar`. Throws
 * `IMAGES_NOT_FOUND`.
 */
export async function tinyImageNetFiles(dataDir: string): Promise<TinyImageNetFiles> {
  const folder = [dataDir, join(dataDir, NAME)].find((path) =>
    existsSync(join(path, 'val', 'val_annotations.txt')),
  );
  if (folder !== undefined) return fromFolder(folder);
  const tar = [dataDir, join(dataDir, `${NAME}.tar`)].find(
    (path) => path.endsWith('.tar') && existsSync(path),
  );
  if (tar !== undefined) return fromTar(tar);
  const what = `'${NAME}' with train and val, or '${NAME}.tar'`;
  throw imageErrors.NOT_FOUND({
    what,
    path: dataDir,
    reason: 'no such folder or file; unpack the official .zip',
  });
}

async function fromFolder(at: string): Promise<TinyImageNetFiles> {
  const paths = await listFiles(at);
  const files = new Map(paths.map((path) => [path, { file: join(at, path), offset: 0, length: -1 }]));
  return { at, files, text: (path) => textOf(at, files.get(path), path) };
}

async function fromTar(at: string): Promise<TinyImageNetFiles> {
  const { offsets, lengths, texts } = await keptIndex('members', [at], async () => {
    const members = [];
    for await (const member of walkTar(at)) members.push(member);
    return {
      offsets: Float64Array.from(members, ({ offset }) => offset),
      lengths: Uint32Array.from(members, ({ length }) => length),
      owners: new Uint32Array(0),
      labels: new Int32Array(0),
      texts: members.map(({ path }) => path),
    };
  });
  const files = new Map(
    texts.map((path, i) => [
      path.replace(`${NAME}/`, ''),
      { file: at, offset: offsets[i], length: lengths[i] } satisfies ImagePlace,
    ]),
  );
  return { at, files, text: (path) => textOf(at, files.get(path), path) };
}

async function textOf(at: string, place: ImagePlace | undefined, path: string): Promise<string> {
  if (!place) throw imageErrors.NOT_FOUND({ what: `the file ${path}`, path: at, reason: 'no such file' });
  const reader = new BytesReader();
  try {
    return Buffer.from(await reader.read(place, path, 60)).toString('utf8');
  } finally {
    await reader.close();
  }
}
