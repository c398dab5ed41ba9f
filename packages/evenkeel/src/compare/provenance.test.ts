import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeOf, provenance } from './provenance.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-code-'));
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep', 'a.ts'), 'a');
});
afterEach(() => rm(folder, { recursive: true }));

it('hashes sources by name and content, tests left out', async () => {
  const before = await codeOf([folder]);
  expect(before).toMatch(/^[0-9a-f]{12}$/);
  await writeFile(join(folder, 'a.test.ts'), 'test');
  await writeFile(join(folder, 'b.fixture.ts'), 'fixture');
  expect(await codeOf([folder])).toBe(before);
  await writeFile(join(folder, 'deep', 'a.ts'), 'A');
  expect(await codeOf([folder])).not.toBe(before);
});

it('names the versions of everything that takes part', async () => {
  const { versions, code } = await provenance('native');
  expect(code).toMatch(/^[0-9a-f]{12}$/);
  expect(versions).toMatchObject({
    node: process.versions.node,
    '@evenkeel/trainer-core': expect.stringMatching(/^\d/),
    '@evenkeel/plugin-whitening': expect.stringMatching(/^\d/),
    '@tensorflow/tfjs-core': expect.stringMatching(/^4/),
    tensorflow: expect.stringMatching(/^2/),
  });
  expect((await provenance('wasm')).versions).not.toHaveProperty('tensorflow');
});
