import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runPip } from './run-pip.js';
import type { OnSetupProgress } from '../build/setup-progress.js';

/**
 * Puts NVIDIA's CUDA libraries, as the wheel in `deps` asks for them, into `deps/nvidia`, where TensorFlow's library
 * looks for them; does nothing where they are there. pip checks them against the digests of its index.
 * @throws TENSORFLOW_DOWNLOAD_FAILED with what pip said last.
 */
export async function addCudaLibraries(
  deps: string,
  platformTags: readonly string[],
  options: { readonly python: string; readonly signal?: AbortSignal; readonly onProgress: OnSetupProgress },
): Promise<void> {
  const target = join(deps, 'nvidia');
  if (existsSync(target)) return;
  const requirements = cudaRequirements(await readFile(join(deps, 'METADATA'), 'utf8'));
  const partial = `${target}.partial`;
  const name = "NVIDIA's CUDA libraries";
  await runPip({ command: 'install', requirements, platformTags, name }, partial, options);
  await rename(join(partial, 'nvidia'), target);
  await rm(partial, { recursive: true, force: true });
}

/** The requirements of a wheel's extra `and-cuda`. */
export function cudaRequirements(metadata: string): readonly string[] {
  return Array.from(
    metadata.matchAll(/^Requires-Dist: ([^;\n]+?)\s*;\s*extra == ['"]and-cuda['"]/gm),
    ([, name]) => name,
  );
}
