import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errors } from '../errors.js';
import { libraryFiles } from '../find/library-files.js';
import type { OnSetupProgress } from '../build/setup-progress.js';
import { unpackZip } from './unpack-zip.js';

const DIGEST_FILE = 'wheel.sha256';
const HEADER = 'include/tensorflow/c/c_api.h';
/** Several times what the largest wheel, that with CUDA, has of libraries and headers. */
const MOST_BYTES = 8e9;

/** How a wheel is unpacked. */
export interface UnpackWheelOptions {
  readonly sha256: string;
  /** Whether the C headers, and what else a compiler needs, are wanted too. */
  readonly headers: boolean;
  /** Whose wheel it is; `process.platform` by default. */
  readonly platform?: string;
  readonly signal?: AbortSignal;
  readonly onProgress: OnSetupProgress;
}

/**
 * Takes TensorFlow's library, and its C headers where they are wanted, out of a wheel into `lib/` and `include/` of a folder;
 * beside them the wheel's `METADATA` and, in `wheel.sha256`, its digest. The folder appears when it is whole.
 * Throws `TENSORFLOW_WHEEL_UNREADABLE` for a file that is no such wheel.
 */
export async function unpackWheel(wheel: string, folder: string, options: UnpackWheelOptions): Promise<void> {
  const { members, linked, aliases } = libraryFiles(options.platform);
  const wanted = options.headers ? [...members, ...linked] : members;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const message = 'unpacking the TensorFlow library';
  let reported = 0;
  const onBytes = (done: number, total: number): void => {
    if (done < total && done - reported < total / 100) return;
    reported = done;
    options.onProgress({ stage: 'unpack', message, done, total, unit: 'bytes' });
  };
  const place = (member: string): string | undefined => {
    if (wanted.includes(member)) return `lib/${basename(member)}`;
    if (/^tensorflow[^/]*\.dist-info\/METADATA$/.test(member)) return 'METADATA';
    // Of the headers only the families that the C API includes: the others are ten thousand files more.
    return options.headers && /^tensorflow\/include\/(tensorflow|tsl|xla)\/.*\.h$/.test(member)
      ? member.replace('tensorflow/', '')
      : undefined;
  };
  try {
    await unpackZip(wheel, partial, { place, mostBytes: MOST_BYTES, signal: options.signal, onBytes });
  } catch (error) {
    options.signal?.throwIfAborted();
    // A full disk is no fault of the wheel's.
    if (['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    throw errors.WHEEL_UNREADABLE({ file: wheel, reason: (error as Error).message }, { cause: error });
  }
  for (const needed of [
    ...wanted.map((member) => `lib/${basename(member)}`),
    ...(options.headers ? [HEADER] : []),
  ]) {
    if (!existsSync(join(partial, needed))) {
      throw errors.WHEEL_UNREADABLE({ file: wheel, reason: `it holds no '${needed}'` });
    }
  }
  for (const [name, target] of Object.entries(aliases)) await symlink(target, join(partial, 'lib', name));
  await writeFile(join(partial, DIGEST_FILE), options.sha256);
  await rename(partial, folder);
}

/** The digest of the wheel that was unpacked into a folder; undefined where none was. */
export function unpackedDigest(folder: string): string | undefined {
  const file = join(folder, DIGEST_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Whether what was unpacked into a folder has the headers, for a compiler. */
export function hasHeaders(folder: string): boolean {
  return existsSync(join(folder, HEADER));
}
