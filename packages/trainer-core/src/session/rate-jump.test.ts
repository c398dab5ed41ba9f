import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Schedule } from '../contract/step.js';
import { createTrainer } from '../create-trainer.js';
import { constant } from '../parts/schedules/constant.js';
import { cosine } from '../parts/schedules/cosine.js';
import { multiStep } from '../parts/schedules/multi-step.js';
import { oneCycle } from '../parts/schedules/one-cycle.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.zeros([1]).dispose(); // the backend has greeted, unheard, before lines are heard
  tf.env().set('PROD', false);
});
afterEach(() => vi.restoreAllMocks());

/** What is said when a run of four epochs is trained for some more. */
async function saidOf(schedule: Schedule, epochs: number): Promise<readonly unknown[]> {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, schedule });
  await trainer.fit({ epochs: 4, evaluateEvery: 0 });
  await trainer.fit({ epochs, evaluateEvery: 0 });
  await trainer.dispose();
  return warn.mock.calls.flat();
}

describe('a finished run that is prolonged', () => {
  it.each([cosine({ base: 0.1 }), oneCycle({ peak: 0.1 })])(
    'says that its learning rate jumps up: $name',
    async (schedule) => {
      const said = await saidOf(schedule, 8);
      expect(said).toEqual([
        expect.stringMatching(/learning rate goes from \S+ up to 0\.\S+ at epoch 5, since schedule '/),
      ]);
    },
  );

  it.each([constant(0.1), multiStep({ base: 0.1, drops: { 3: 0.1 } })])(
    'says nothing where it does not: $name',
    async (schedule) => expect(await saidOf(schedule, 8)).toEqual([]),
  );

  it('says nothing where the epochs are the same', async () => {
    expect(await saidOf(cosine({ base: 0.1 }), 4)).toEqual([]);
  });
});
