import { rename, rm, writeFile } from 'node:fs/promises';
import type { EvenkeelError } from '@evenkeel/errors';
import { nodeErrors } from './errors.js';

/** What a reading gives, undefined when nothing is there; any other failure is `TRAINER_NODE_NOT_READ`. */
export async function reading<Result>(path: string, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw nodeErrors.NOT_READ({ path, reason: reasonOf(cause) }, { cause });
  }
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
 * Writes a file that appears whole or not at all: written aside, flushed to disk and renamed. A failure is
 * `TRAINER_NODE_NOT_WRITTEN` and leaves nothing behind.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    await writeFile(aside, bytes, { flush: true });
    await rename(aside, path);
  } catch (cause) {
    // Should this fail as well, the first failure is the one to tell.
    await rm(aside, { force: true }).catch(() => undefined);
    throw notWritten(path, cause);
  }
}

/** The error of a path that could not be written, with what lies behind it. */
export function notWritten(path: string, cause: unknown): EvenkeelError {
  return nodeErrors.NOT_WRITTEN({ path, reason: reasonOf(cause) }, { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
