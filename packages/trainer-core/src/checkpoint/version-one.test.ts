import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { CHECKPOINTS } from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { fromCheckpoint } from './from-checkpoint.js';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { versionOne, versionOneValues } from './version-one.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const source = { name: 'runs/old', load: () => Promise.resolve(versionOne()) };
const holding = definePlugin({
  name: 'holding',
  version: '1.0.0',
  api: '^2.0',
  setup: ({ roles }) =>
    roles.provide(CHECKPOINTS, { ...memoryCheckpoints(), name: 'old', load: () => source.load() }),
});
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, seed: 5, ...options });

describe('a checkpoint of version 1', () => {
  it('does not resume, and says what to do; the trainer trains from its own start', async () => {
    const trainer = make({ plugins: holding });
    await expect(trainer.resume()).rejects.toThrow(
      /TRAINER_CHECKPOINT_OLD.*version 1 of the format.*with fromCheckpoint; nothing was changed/s,
    );
    const untouched = make();
    for (const one of [trainer, untouched]) await one.fit({ epochs: 1 });
    expect(valuesOf(trainer)).toEqual(valuesOf(untouched));
    for (const one of [trainer, untouched]) await one.dispose();
  });

  it.each([{}, { sameData: true }])('gives its weights to another run: %j', async (options) => {
    const trainer = make({ initialWeights: fromCheckpoint(source, options), seed: 1 });
    await trainer.evaluate();
    expect(valuesOf(trainer)).toMatchObject(versionOneValues);
    await trainer.dispose();
  });

  it('is known by the name of its data, where that must be the same', async () => {
    const trainer = make({
      data: { ...tinyDataset(), name: 'other' },
      initialWeights: fromCheckpoint(source, { sameData: true }),
    });
    await expect(trainer.evaluate()).rejects.toThrow(/TRAINER_WEIGHTS_OTHER_DATA.*'tiny'/s);
    await trainer.dispose();
  });

  it('is refused as damaged where it is', async () => {
    const damaged = versionOne();
    damaged[damaged.length - 1] ^= 1;
    const load = () => Promise.resolve(damaged);
    const trainer = make({ initialWeights: fromCheckpoint({ name: 'runs/old', load }) });
    await expect(trainer.evaluate()).rejects.toThrow(/TRAINER_CHECKPOINT_DAMAGED.*checksum/s);
    await trainer.dispose();
  });
});
