import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { extract } from 'tar';
import { errors } from '../errors.js';
import type { OnProgress } from './progress.js';
import { isOfFileSystem, writing } from './read-bounded.js';

/** One archive and what is wanted of it. */
export interface UnpackOptions {
  /** A `.tar.gz` file. */
  readonly archive: string;
  /** The folder to make; its own name is the name of the archive's folder. */
  readonly folder: string;
  /** Files of that folder to take; everything else in the archive is left out. */
  readonly members: readonly string[];
  /** The most bytes that a member may have. */
  readonly mostBytes: number;
  readonly onProgress?: OnProgress;
}

/**
 * Unpacks the named members beside the target and gives the folder its name when all are there, so that a folder of
 * that name is always whole. Throws `DATASETS_BAD_FILE` when the archive is damaged or lacks a member, `DATASETS_FILE_SIZE` when a member
 * is larger than expected, and `DATASETS_NOT_WRITTEN`.
 */
export async function unpack(options: UnpackOptions): Promise<void> {
  return writing(options.folder, unpackInto(options));
}

async function unpackInto(options: UnpackOptions): Promise<void> {
  const { archive, folder, members, mostBytes, onProgress } = options;
  const inner = basename(folder);
  const wanted = new Set(members.map((member) => `${inner}/${member}`));
  const label = `Unpacking ${basename(archive)}`;
  await mkdir(dirname(folder), { recursive: true });
  const workshop = await mkdtemp(`${folder}-`);
  try {
    let done = 0;
    let tooLarge: Error | undefined;
    onProgress?.({ label, done, total: wanted.size });
    await extract({
      file: archive,
      cwd: workshop,
      strict: true,
      filter: (path, entry) => {
        if (!wanted.has(path) || !('type' in entry) || entry.type !== 'File') return false;
        if (entry.size > mostBytes) {
          const expected = `at most ${mostBytes} bytes of '${path}'`;
          tooLarge ??= errors.FILE_SIZE({ file: archive, expected, found: entry.size });
        }
        return tooLarge === undefined;
      },
      onReadEntry: (entry) =>
        entry.on('end', () => onProgress?.({ label, done: ++done, total: wanted.size })),
    }).catch((cause: unknown) => {
      if (isOfFileSystem(cause)) throw cause;
      throw errors.BAD_FILE(
        { file: archive, expected: 'a whole .tar.gz archive', found: String(cause) },
        { cause },
      );
    });
    if (tooLarge) throw tooLarge;
    const missing = [...wanted].filter((path) => !existsSync(join(workshop, path)));
    if (missing.length > 0) {
      throw errors.BAD_FILE({ file: archive, expected: `a member ${missing[0]}`, found: 'none' });
    }
    await rename(join(workshop, inner), folder).catch((error: unknown) => {
      // Another process was first; its folder is as whole as ours.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
