import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { downloadWheel, type FetchOptions } from './download-wheel.js';
import { fileSha256 } from './file-digest.js';
import { unpackZip } from './unpack-zip.js';

/** A wheel of NVIDIA's with libraries that TensorFlow's CUDA build opens at run time. */
export interface CudaLibrary {
  readonly distribution: string;
  readonly version: string;
  readonly sha256: string;
}

/** What the extra `and-cuda` of TensorFlow 2.21.0 asks for, as pip chose it for Linux on x64 in November 2026. */
export const CUDA_LIBRARIES: readonly CudaLibrary[] = [
  ['nvidia-cublas-cu12', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'],
  ['nvidia-cuda-cupti-cu12', '12.9.79', '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f'],
  ['nvidia-cuda-nvcc-cu12', '12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'],
  ['nvidia-cuda-nvrtc-cu12', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'],
  ['nvidia-cuda-runtime-cu12', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'],
  ['nvidia-cudnn-cu12', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'],
  ['nvidia-cufft-cu12', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'],
  ['nvidia-curand-cu12', '10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'],
  ['nvidia-cusolver-cu12', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'],
  ['nvidia-cusparse-cu12', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'],
  ['nvidia-nccl-cu12', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'],
  ['nvidia-nvjitlink-cu12', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'],
].map(([distribution, version, sha256]) => ({ distribution, version, sha256 }));

const PLATFORM_TAG = /^manylinux(2010|2014|_2_\d+)_x86_64$/;
/** All of them, unpacked, have a third of it. */
const MOST_BYTES = 15e9;

/**
 * Puts NVIDIA's CUDA libraries into `deps/nvidia`, where TensorFlow's library looks for them; does nothing where they are
 * there. Each wheel is verified against the digest pinned here; after an interruption what was finished is kept.
 * Throws `TENSORFLOW_DOWNLOAD_FAILED`, `TENSORFLOW_WHEEL_CHECKSUM`, `TENSORFLOW_WHEEL_UNREADABLE`.
 */
export async function addCudaLibraries(
  deps: string,
  options: FetchOptions,
  libraries: readonly CudaLibrary[] = CUDA_LIBRARIES,
): Promise<void> {
  const target = join(deps, 'nvidia');
  if (existsSync(target)) return;
  const partial = `${target}.partial`;
  for (const library of libraries) await addLibrary(library, partial, options);
  const together = join(partial, 'nvidia');
  await rm(together, { recursive: true, force: true });
  await mkdir(together, { recursive: true });
  for (const { distribution } of libraries) {
    const from = join(partial, distribution, 'nvidia');
    for (const name of await readdir(from)) await rename(join(from, name), join(together, name));
  }
  await rename(together, target);
  await rm(partial, { recursive: true, force: true });
}

async function addLibrary(library: CudaLibrary, folder: string, options: FetchOptions): Promise<void> {
  const target = join(folder, library.distribution);
  if (existsSync(target)) return;
  const { signal, onProgress } = options;
  const downloads = join(folder, 'wheel');
  const { file } = await downloadWheel({ ...library, platformTag: PLATFORM_TAG }, downloads, options);
  const { sha256: expected } = library;
  const received = await fileSha256(file, { signal });
  if (received !== expected) {
    await rm(downloads, { recursive: true, force: true });
    throw errors.WHEEL_CHECKSUM({ file, expected, received });
  }
  onProgress({ stage: 'unpack', message: `unpacking ${library.distribution}` });
  await rm(`${target}.partial`, { recursive: true, force: true });
  try {
    await unpackZip(file, `${target}.partial`, { place, mostBytes: MOST_BYTES, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    if ('errno' in (cause as Error)) throw cause;
    throw errors.WHEEL_UNREADABLE({ file, reason: (cause as Error).message }, { cause });
  }
  await rename(`${target}.partial`, target);
  await rm(downloads, { recursive: true, force: true });
}

/** Libraries, the programs that TensorFlow starts (ptxas), and what those read; no headers. */
function place(member: string): string | undefined {
  return /^nvidia\/[^/]+\/(lib|bin|nvvm)\//.test(member) ? member : undefined;
}
