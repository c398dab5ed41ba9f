import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errors } from '../errors.js';

const inflate = promisify(gunzip);

/**
 * The bytes of a file that should have at most `mostBytes`, unpacked where its name ends in `.gz`: never more is read or
 * unpacked. Throws `DATASETS_NOT_READ`, `DATASETS_FILE_SIZE` and, for what is not gzip, `DATASETS_BAD_FILE`.
 */
export async function readBounded(file: string, mostBytes: number): Promise<Buffer> {
  const packed = file.endsWith('.gz');
  const expected = `at most ${mostBytes} bytes${packed ? ' when unpacked' : ''}`;
  // What cannot be packed grows by less than this.
  const raw = await readFileBounded(file, packed ? mostBytes + (mostBytes >> 8) + 1024 : mostBytes, expected);
  if (!packed) return raw;
  return inflate(raw, { maxOutputLength: mostBytes }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ERR_BUFFER_TOO_LARGE') throw errors.FILE_SIZE({ file, expected, found: 'more' });
    throw errors.BAD_FILE({ file, expected: 'a whole gzip file', found: String(cause) }, { cause });
  });
}

async function readFileBounded(file: string, mostBytes: number, expected: string): Promise<Buffer> {
  return reading(
    file,
    (async () => {
      const handle = await open(file);
      try {
        const found = await handle.stat();
        if (!found.isFile()) throw errors.NOT_READ({ file, reason: 'it is no file' });
        if (found.size > mostBytes) throw errors.FILE_SIZE({ file, expected, found: found.size });
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    })(),
  );
}

/** What a reading gives; a failure of the file system is `DATASETS_NOT_READ`. */
export async function reading<Result>(file: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (!isOfFileSystem(cause)) throw cause;
    throw errors.NOT_READ({ file, reason: cause.message }, { cause });
  }
}

/** What a writing gives; a failure of the file system is `DATASETS_NOT_WRITTEN`. */
export async function writing<Result>(file: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (!isOfFileSystem(cause)) throw cause;
    throw errors.NOT_WRITTEN({ file, reason: cause.message }, { cause });
  }
}

/** Faults of a disk; where the path is not named it is a write that failed. */
const DISK = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EISDIR', 'EFBIG'];

/** Whether an error is one of the file system's, and not of a network. */
export function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('errno' in error)) return false;
  return 'path' in error || DISK.includes((error as NodeJS.ErrnoException).code ?? '');
}
