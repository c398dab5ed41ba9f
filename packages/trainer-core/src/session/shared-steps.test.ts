import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import type { BackboneDefinition } from '../contract/layers.js';
import { createTrainer } from '../create-trainer.js';
import { oneProcess } from '../parts/replicas/one-process.js';
import { REPLICAS } from '../roles/core-roles.js';
import { tinyDataset } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

/** A backbone that writes down which share of a batch each of its passes is told. */
function listening(shares: number[]): BackboneDefinition {
  return {
    name: 'listening',
    build: () => ({
      outputSize: 4,
      apply(inputs, { training, share }) {
        if (training) shares.push(share);
        return tf.reshape(inputs, [-1, 4]) as Tensor2D;
      },
    }),
  };
}

it('tells layers the share of the whole batch, whichever rows a process has of it', async () => {
  const [alone, shared]: [number[], number[]] = [[], []];
  const rank = definePlugin({
    name: 'the second of three',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.provide(REPLICAS, {
        ...oneProcess,
        share: (rows) => ({
          from: Math.floor(rows / 3),
          to: Math.floor((2 * rows) / 3),
          of: rows,
          counts: true,
        }),
      }),
  });
  for (const [shares, plugins] of [
    [alone, []],
    [shared, [rank]],
  ] as const) {
    // A last batch of which this rank has as many rows as of the others.
    const trainer = createTrainer({ data: tinyDataset(), model: listening(shares), batchSize: 7, plugins });
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    await trainer.dispose();
  }
  expect(new Set(alone).size).toBeGreaterThan(1);
  expect(shared).toEqual(alone);
});
