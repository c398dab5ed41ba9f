import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { cosine, createTrainer, definePlugin, exponentialMovingAverage } from '@evenkeel/trainer-core';
import type { Trainer, TrainerPlugin } from '@evenkeel/trainer-core';
import { fileCheckpoints, metricsFile, saveOnInterrupt } from '@evenkeel/trainer-core/node';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';

/** Steps of an epoch of the tiny run. */
export const STEPS = 6;

/** Makes every step take so many ms, so that there is time to disturb the run. */
function slowly(ms: number): TrainerPlugin {
  return definePlugin({
    name: 'slowly',
    version: '1.0.0',
    api: '^2.0',
    setup({ hooks }) {
      const wait = new Int32Array(new SharedArrayBuffer(4));
      hooks.step$.subscribe(({ type }) => {
        if (type === 'step-start' && ms > 0) Atomics.wait(wait, 0, 0, ms);
      });
    },
  });
}

/** A run with everything that has state: all modules of the method, averages, dropout, augmentation, a checkpoint a step. */
export function tinyTrainer(folder: string, { keepLast = 2, slow = 0 } = {}): Trainer {
  return createTrainer({
    data: tinyDataset({ classCounts: [28, 12, 6, 2], exampleShape: [2, 2, 2] }),
    model: tinyBackbone({ features: 6, statistics: true, dropout: 0.2 }),
    schedule: cosine({ base: 0.05 }),
    batchSize: 8,
    seed: 1,
    plugins: [
      [whitening(), logitAdjust({ tau: 1 }), b3rs({ blocks: 2 }), bet({ every: 2 })],
      exponentialMovingAverage({ decay: 0.9 }),
      slowly(slow),
      fileCheckpoints({ folder: join(folder, 'checkpoints'), everySteps: 1, keepLast }),
      metricsFile({ path: join(folder, 'metrics.jsonl'), everySteps: 1 }),
      saveOnInterrupt(),
    ],
  });
}

/** Of all variables by name. */
export function digestOf(trainer: Trainer): string {
  const hash = createHash('sha256');
  for (const { name, variable } of trainer.variables()) {
    hash.update(name);
    hash.update(Float32Array.from(variable.dataSync()));
  }
  return hash.digest('hex').slice(0, 16);
}
