import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeIndex } from '../fetch/fake-index.fixture.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { addCudaLibraries, CUDA_LIBRARIES, type CudaLibrary } from './cuda-libraries.js';
import { zipOf } from './zip.fixture.js';

const cublas = zipOf([
  { name: 'nvidia/cublas/lib/libcublas.so.12', text: 'library' },
  { name: 'nvidia/cublas/include/cublas.h', text: 'header' },
  { name: 'nvidia/__init__.py', text: '' },
]);
const nvcc = zipOf([{ name: 'nvidia/cuda_nvcc/bin/ptxas', text: 'program', mode: 0o100755 }]);
const wheels: readonly (readonly [string, Buffer])[] = [['nvidia-cublas-cu12', cublas], ['nvidia-cuda-nvcc-cu12', nvcc]]; // prettier-ignore
const nameOf = (distribution: string): string =>
  `${distribution.replaceAll('-', '_')}-1.2-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl`;

const library = (distribution: string, wheel: Buffer): CudaLibrary => ({
  distribution,
  version: '1.2',
  sha256: createHash('sha256').update(wheel).digest('hex'),
});

describe('the CUDA libraries', () => {
  it('are all pinned, each once', () => {
    expect(new Set(CUDA_LIBRARIES.map(({ distribution }) => distribution)).size).toBe(12);
    for (const { sha256 } of CUDA_LIBRARIES) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are put beside the library, programs can be run, headers are left out, and finished ones are kept', async () => {
    const deps = temporaryFolder();
    const onProgress = (): void => undefined;
    const libraries = wheels.map(([name, wheel]) => library(name, wheel));
    const [first, second] = await Promise.all(
      wheels.map(([name, wheel]) => fakeIndex(name, { [nameOf(name)]: wheel })),
    );
    const add = (index: string): Promise<void> => addCudaLibraries(deps, { index, onProgress }, libraries);
    await expect(add(first.url)).rejects.toThrow(/TENSORFLOW_DOWNLOAD_FAILED.*nvidia-cuda-nvcc-cu12/);
    await add(second.url);
    expect(readdirSync(join(deps, 'nvidia')).sort()).toEqual(['cublas', 'cuda_nvcc']);
    expect(readdirSync(join(deps, 'nvidia/cublas'))).toEqual(['lib']);
    expect(statSync(join(deps, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o777).toBe(0o755);
    expect(existsSync(join(deps, 'nvidia.partial'))).toBe(false);
    await add('http://127.0.0.1:59999'); // there already
  });

  it('are verified', async () => {
    const [name, wheel] = wheels[0];
    const { url: index } = await fakeIndex(name, { [nameOf(name)]: wheel });
    const other = { ...library(name, wheel), sha256: '0'.repeat(64) };
    const added = addCudaLibraries(temporaryFolder(), { index, onProgress: () => undefined }, [other]);
    await expect(added).rejects.toThrow(/TENSORFLOW_WHEEL_CHECKSUM/);
  });
});
