import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { saveOnnx } from './index.js';

it('writes model.onnx into a folder that it makes, and leaves nothing half-written', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  const folder = join(parent, 'made', 'model');
  const path = await saveOnnx(Uint8Array.of(1, 2, 3), folder);
  expect(path).toBe(join(folder, 'model.onnx'));
  expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  await saveOnnx(Uint8Array.of(4), folder);
  expect([...(await readFile(path))]).toEqual([4]);
  expect(await readdir(folder)).toEqual(['model.onnx']);
  // A folder in its place.
  await mkdir(join(parent, 'other', 'model.onnx', 'x'), { recursive: true });
  await expect(saveOnnx(Uint8Array.of(1), join(parent, 'other'))).rejects.toThrow('TRAINER_NODE_NOT_WRITTEN');
  expect(await readdir(join(parent, 'other'))).toEqual(['model.onnx']);
  await rm(parent, { recursive: true });
});
