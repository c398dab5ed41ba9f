import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { extract } from 'tar';
import { errors } from '../errors.js';
import type { OnProgress } from './progress.js';

/** One archive and what is wanted of it. */
export interface UnpackOptions {
  /** A `.tar.gz` file. */
  readonly archive: string;
  /** The folder to make; its own name is the name of the archive's folder. */
  readonly folder: string;
  /** Files of that folder to take; everything else in the archive is left out. */
  readonly members: readonly string[];
  readonly onProgress?: OnProgress;
}

/**
 * Unpacks the named members beside the target and gives the folder its name when all are there, so that a folder of
 * that name is always whole. Throws `DATASETS_BAD_FILE` when the archive is damaged or lacks a member.
 */
export async function unpack(options: UnpackOptions): Promise<void> {
  const { archive, folder, members, onProgress } = options;
  const inner = basename(folder);
  const wanted = new Set(members.map((member) => `${inner}/${member}`));
  const label = `Unpacking ${basename(archive)}`;
  await mkdir(dirname(folder), { recursive: true });
  const workshop = await mkdtemp(`${folder}-`);
  try {
    let done = 0;
    onProgress?.({ label, done, total: wanted.size });
    await extract({
      file: archive,
      cwd: workshop,
      strict: true,
      filter: (path, entry) => wanted.has(path) && 'type' in entry && entry.type === 'File',
      onReadEntry: (entry) =>
        entry.on('end', () => onProgress?.({ label, done: ++done, total: wanted.size })),
    }).catch((cause: unknown) => {
      throw errors.BAD_FILE(
        { file: archive, expected: 'a whole .tar.gz archive', found: String(cause) },
        { cause },
      );
    });
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
