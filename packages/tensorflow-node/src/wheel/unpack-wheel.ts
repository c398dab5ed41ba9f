import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import type { OnSetupProgress } from '../build/setup-progress.js';
import { unpackZip } from './unpack-zip.js';

const LIBRARY = 'libtensorflow_cc.so.2';
const FRAMEWORK = 'libtensorflow_framework.so.2';
const DIGEST_FILE = 'wheel.sha256';
/** Several times what the largest wheel, that with CUDA, has of libraries and headers. */
const MOST_BYTES = 8e9;

/**
 * Takes TensorFlow's library and C headers out of a wheel and lays them out as tfjs-node's `binding.gyp` expects its
 * `deps`: `lib/libtensorflow.so`, `lib/libtensorflow_framework.so`, `include/`; beside them the wheel's `METADATA`
 * and, in `wheel.sha256`, its digest. The folder appears when it is whole.
 * @throws TENSORFLOW_WHEEL_UNREADABLE for a file that is no such wheel.
 */
export async function unpackWheel(
  wheel: string,
  folder: string,
  options: { readonly sha256: string; readonly signal?: AbortSignal; readonly onProgress: OnSetupProgress },
): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const message = 'unpacking the TensorFlow library';
  let reported = 0;
  const onBytes = (done: number, total: number): void => {
    if (done < total && done - reported < total / 100) return;
    reported = done;
    options.onProgress({ stage: 'unpack', message, done, total, unit: 'bytes' });
  };
  try {
    await unpackZip(wheel, partial, {
      place: placeInDeps,
      mostBytes: MOST_BYTES,
      signal: options.signal,
      onBytes,
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    // A full disk is no fault of the wheel's.
    if (['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    throw errors.WHEEL_UNREADABLE({ file: wheel, reason: (error as Error).message }, { cause: error });
  }
  for (const needed of [`lib/${LIBRARY}`, `lib/${FRAMEWORK}`, 'include/tensorflow/c/c_api.h']) {
    if (!existsSync(join(partial, needed))) {
      throw errors.WHEEL_UNREADABLE({ file: wheel, reason: `it holds no '${needed}'` });
    }
  }
  await symlink(LIBRARY, join(partial, 'lib/libtensorflow.so'));
  await symlink(FRAMEWORK, join(partial, 'lib/libtensorflow_framework.so'));
  await writeFile(join(partial, DIGEST_FILE), options.sha256);
  await rename(partial, folder);
}

/** The digest of the wheel that a folder was unpacked from, undefined where there is no such folder. */
export function unpackedDigest(folder: string): string | undefined {
  const file = join(folder, DIGEST_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Of the headers only the families that the C API includes: the others are ten thousand files more. */
function placeInDeps(member: string): string | undefined {
  if (member === `tensorflow/${LIBRARY}` || member === `tensorflow/${FRAMEWORK}`) {
    return member.replace('tensorflow/', 'lib/');
  }
  if (/^tensorflow[^/]*\.dist-info\/METADATA$/.test(member)) return 'METADATA';
  return /^tensorflow\/include\/(tensorflow|tsl|xla)\/.*\.h$/.test(member)
    ? member.replace('tensorflow/', '')
    : undefined;
}
