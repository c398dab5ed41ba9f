import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { runPip } from './run-pip.js';
import type { OnSetupProgress } from '../build/setup-progress.js';
import type { TensorflowWheel } from './tensorflow-wheel.js';

/**
 * Downloads a wheel into `folder`, which appears only when the download is whole, unless it is there already. Returns
 * the file.
 * @throws TENSORFLOW_DOWNLOAD_FAILED with what pip said last.
 */
export async function downloadWheel(
  { distribution, version, platformTags, bytes }: TensorflowWheel,
  folder: string,
  options: { readonly python: string; readonly signal?: AbortSignal; readonly onProgress: OnSetupProgress },
): Promise<string> {
  const finished = await wheelIn(folder);
  if (finished !== undefined) return finished;
  const partial = `${folder}.partial`;
  const name = `${distribution}==${version}`;
  const job = { command: 'download', requirements: [name], platformTags, name, bytes } as const;
  await runPip(job, partial, options);
  await rename(partial, folder);
  const file = await wheelIn(folder);
  if (file === undefined) throw errors.DOWNLOAD_FAILED({ name, output: 'It ended well but left no wheel.' });
  return file;
}

async function wheelIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((candidate) => candidate.endsWith('.whl'));
  return name === undefined ? undefined : join(folder, name);
}
