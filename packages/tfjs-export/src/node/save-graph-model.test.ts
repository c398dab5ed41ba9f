import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { toGraphModel } from '../index.js';
import { saveGraphModel } from './index.js';

installMatchers();
await useCpuBackend();

it('writes what tf.loadGraphModel loads from a server', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  const folder = join(parent, 'made', 'model');
  const kernel = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const artifacts = await toGraphModel((x) => tf.matMul(x as Tensor2D, kernel), {
    exampleShape: [2],
    metadata: { classNames: ['a', 'b'] },
  });
  expect(await saveGraphModel(artifacts, folder)).toBe(join(folder, 'model.json'));
  expect((await readdir(folder)).sort()).toEqual(['model.json', 'weights.bin']);

  const server = createServer((request, response) => {
    void readFile(join(folder, request.url!)).then((bytes) => response.end(bytes));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const model = await loadGraphModel(`http://127.0.0.1:${port}/model.json`);
  expect(model.predict(tf.tensor2d([[1, 10]])) as Tensor).toBeAllClose([[31, 42]]);
  expect(model.metadata).toMatchObject({ classNames: ['a', 'b'] });
  model.dispose();
  await new Promise((resolve) => server.close(resolve));
  await rm(parent, { recursive: true });
});

it('never leaves an older description beside newer weights', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  const artifacts = await toGraphModel((x) => tf.mul(x as Tensor2D, 2), { exampleShape: [2] });
  await saveGraphModel(artifacts, folder);
  // A folder in the place of the weights stops the second writing half-way.
  await rm(join(folder, 'weights.bin'));
  await mkdir(join(folder, 'weights.bin', 'x'), { recursive: true });
  await expect(saveGraphModel(artifacts, folder)).rejects.toThrow('TRAINER_NODE_NOT_WRITTEN');
  expect(await readdir(folder)).toEqual(['weights.bin']);
  await rm(folder, { recursive: true });
});
