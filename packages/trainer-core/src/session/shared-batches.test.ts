import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Attribution } from '../assembly/attribution.js';
import type { BatchTransform, ClassBatch } from '../contract/dataset.js';
import type { Replicas } from '../contract/replicas.js';
import { oneProcess } from '../parts/replicas/one-process.js';
import { drawsOf } from '../step/step-inputs.js';
import { classification } from '../parts/tasks/classification.js';
import { BatchReader } from './batch-reader.js';
import type { ReadBatch } from './batch-reader.js';
import { tinyDataset } from './tiny.fixture.js';

/** A rank that shares rows and asks nobody. */
function rankOf(rank: number, size: number): Replicas {
  return {
    ...oneProcess,
    rank,
    size,
    share(rows) {
      const [from, to] = [rank, rank + 1].map((at) => Math.floor((at * rows) / size));
      return to > from ? { from, to, of: rows, counts: true } : { from: 0, to: 1, of: rows, counts: false };
    },
  };
}

/** Adds what a row draws to its inputs and targets, and so depends on nothing else. */
const noise: BatchTransform = {
  name: 'noise',
  rowwise: true,
  transform({ inputs, targets, indices }, { randomOf, targetWidth }) {
    const width = inputs.length / indices.length;
    indices.forEach((_, row) => {
      const drawn = randomOf(row).uniform();
      for (let at = 0; at < width; at++) inputs[row * width + at] += drawn;
      targets[row * targetWidth] += drawn;
    });
  },
};

/** Puts the first row's inputs in place of the last one's: somebody has to see both. */
const mix: BatchTransform = {
  name: 'mix',
  transform({ inputs, indices }, { random }) {
    const width = inputs.length / indices.length;
    for (let at = 0; at < width; at++) inputs[inputs.length - width + at] = inputs[at] * random.uniform();
  },
};

async function read(
  replicas: Replicas,
  indices: readonly number[],
  batchTransforms: readonly BatchTransform[],
): Promise<ReadBatch> {
  const dataset = tinyDataset();
  const task = classification().join(dataset);
  const sources = { dataset, task, batchTransforms, replicas, attribution: new Attribution(), seed: 5 };
  const reader = new BatchReader(sources);
  return reader.finish(await reader.begin({ tag: 'base', indices: Int32Array.from(indices) }, 1, 2), 1, 2);
}

const indicesOfBatch = fc.array(fc.integer({ min: 0, max: 19 }), { minLength: 1, maxLength: 9 });

it('the rows of all ranks, one after the other, are the batch that one process reads', async () => {
  const transforms = fc.constantFrom([], [noise], [mix], [noise, mix]);
  await fc.assert(
    fc.asyncProperty(
      indicesOfBatch,
      fc.integer({ min: 1, max: 4 }),
      transforms,
      async (indices, size, list) => {
        const whole = await read(oneProcess, indices, list);
        const all = await Promise.all(
          Array.from({ length: size }, (_, rank) => read(rankOf(rank, size), indices, list)),
        );
        const parts = all.filter(({ share }) => share.counts);
        for (const field of ['indices', 'inputs', 'targets', 'labels'] as const) {
          const joined = parts.flatMap(({ batch }) => Array.from((batch as ClassBatch)[field]));
          expect(joined, field).toEqual(Array.from((whole.batch as ClassBatch)[field]));
        }
        for (const { classCounts, batch } of all) {
          expect(classCounts).toEqual(whole.classCounts);
          expect(batch.indices.length).toBeGreaterThan(0); // a network needs a row
        }
      },
    ),
    { numRuns: 40 },
  );
});

it('draws for rows are those of the rows of the whole batch, other draws the same on every rank', () => {
  const whole = drawsOf(3, 7);
  const rows = Array.from(whole('mask', [5, 2], { rows: true }).dataSync());
  const shared = Array.from(whole('noise', [4]).dataSync());
  const again = Array.from(whole('mask', [5, 2], { rows: true }).dataSync());
  for (const [from, to] of [
    [0, 2],
    [2, 5],
    [4, 5],
  ]) {
    const part = drawsOf(3, 7, { from, to, of: 5, counts: true });
    expect(Array.from(part('mask', [to - from, 2], { rows: true }).dataSync())).toEqual(
      rows.slice(2 * from, 2 * to),
    );
    expect(Array.from(part('noise', [4]).dataSync())).toEqual(shared);
    expect(Array.from(part('mask', [to - from, 2], { rows: true }).dataSync())).toEqual(
      again.slice(2 * from, 2 * to),
    );
  }
});
