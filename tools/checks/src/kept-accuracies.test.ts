import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const unpack = join(root, '..', 'shared', 'data', 'unpack.mjs');
const scripts = join(root, 'tools', 'scripts');
const FROM_SOURCE = [
  '--conditions=@evenkeel/source',
  '--no-warnings',
  '--import',
  join(scripts, 'from-source.mjs'),
];
const METHODS = ['ce', 'whiten+b3rs+bet+la']; // the others take as long again

const why = [
  ...(existsSync(unpack) ? [] : ['../shared/data is not there']),
  ...((await nativeStatus()).ready ? [] : ['native is not set up']),
];

describe.skipIf(why.length)(`on the test images${why.length ? `, skipped: ${why.join(', ')}` : ''}`, () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'evenkeel-cifar-'));
    execFileSync(process.execPath, [unpack, dataDir]);
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('models kept beside the results have the accuracies that were logged', () => {
    const script = [join(scripts, 'paired-differences.mjs'), dataDir, METHODS.join()];
    const said = execFileSync(process.execPath, [...FROM_SOURCE, ...script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const found = Array.from(said.matchAll(/^(\S+) (\S+): (\S+) %$/gm));
    expect(found).toHaveLength(2 * METHODS.length);
    for (const [line, grid, method, percent] of found) {
      const file = join(root, 'docs', 'results', grid, `${method}.seed-1.json`);
      const { last } = JSON.parse(readFileSync(file, 'utf8')) as { readonly last: { readonly all: number } };
      // Other kernels round differently, which may turn an image that lies between two classes.
      expect(Math.abs(Number(percent) / 100 - last.all), line).toBeLessThan(0.0011);
    }
  }, 240_000);
});
