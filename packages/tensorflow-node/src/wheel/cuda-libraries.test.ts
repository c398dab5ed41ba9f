import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addCudaLibraries, cudaRequirements } from './cuda-libraries.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

const METADATA = `Name: tensorflow
Requires-Dist: numpy>=1.26.0
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75 ; extra == 'and-cuda'
`;

describe('the CUDA libraries', () => {
  it('are those of the extra and-cuda', () => {
    expect(cudaRequirements(METADATA)).toEqual([
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
    ]);
  });

  it('are put beside the library, once', async () => {
    const root = temporaryFolder();
    const python = join(root, 'python');
    const deps = join(root, 'deps');
    mkdirSync(deps);
    writeFileSync(join(deps, 'METADATA'), METADATA);
    writeFileSync(
      python,
      `#!${process.execPath}
const at = process.argv.indexOf('--target');
const { mkdirSync } = require('fs');
for (const name of process.argv.slice(at + 2)) mkdirSync(process.argv[at + 1] + '/nvidia/' + name.split('<')[0], { recursive: true });`,
    );
    chmodSync(python, 0o755);
    const options = { python, onProgress: () => undefined };
    await addCudaLibraries(deps, ['any'], options);
    expect(readdirSync(join(deps, 'nvidia')).sort()).toEqual(['nvidia-cublas-cu12', 'nvidia-cudnn-cu12']);
    expect(existsSync(join(deps, 'nvidia.partial'))).toBe(false);
    chmodSync(python, 0o644); // a second call would fail now
    await addCudaLibraries(deps, ['any'], options);
  });
});
