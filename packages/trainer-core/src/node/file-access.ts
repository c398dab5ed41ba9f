import { messageOf } from '@evenkeel/errors';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EvenkeelError } from '@evenkeel/errors';
import { nodeErrors } from './errors.js';

/** What a reading gives, undefined when nothing is there; any other failure is `TRAINER_NODE_NOT_READ`. */
export async function reading<Result>(path: string, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw nodeErrors.NOT_READ({ path, reason: messageOf(cause) }, { cause });
  }
}

/** The text of a file, undefined when there is none; any other failure is `TRAINER_NODE_NOT_READ`. */
export function readText(path: string): Promise<string | undefined> {
  return reading(path, readFile(path, 'utf8'));
}

/** What a writing gives; a failure is `TRAINER_NODE_NOT_WRITTEN`. */
export async function writing<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

/**
 * Writes a file that appears whole or not at all: written aside as `FILE.PROCESS.part`, flushed to disk and renamed. Its
 * folder is made when needed. A failure is `TRAINER_NODE_NOT_WRITTEN`, keeps what was there and leaves nothing behind.
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(aside, content, { flush: true });
    await rename(aside, path);
    await flushFolder(dirname(path));
  } catch (cause) {
    // Should this fail as well, the first failure is the one to tell.
    await rm(aside, { force: true }).catch(() => undefined);
    throw notWritten(path, cause);
  }
}

const PART = /\.\d+\.part$/;

/** Whether a file's name is that of an unfinished one, as {@link writeWhole} and the locks of runs name them. */
export function isPart(name: string): boolean {
  return PART.test(basename(name));
}

/**
 * Removes what processes that were killed have left unfinished in a folder. For whoever holds the folder's lock: nobody
 * else writes there. A failure is `TRAINER_NODE_NOT_WRITTEN`.
 */
export async function removeParts(folder: string): Promise<void> {
  const names = (await reading(folder, readdir(folder))) ?? [];
  for (const name of names.filter(isPart)) {
    const path = join(folder, name);
    await writing(path, rm(path, { force: true }));
  }
}

/** The error of a path that could not be written, with what lies behind it. */
export function notWritten(path: string, cause: unknown): EvenkeelError {
  return nodeErrors.NOT_WRITTEN({ path, reason: messageOf(cause) }, { cause });
}

/** So that a renamed file outlives a power cut; not every system can. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
