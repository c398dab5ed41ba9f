import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import type { EvaluationPlace } from '../contract/step.js';
import { createTrainer } from '../create-trainer.js';
import { GRADIENTS } from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset } from '../session/tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

/** Losses of two evaluations of one batch, the second one after an evaluation whose loss is `loss`. */
async function lossesAfter(loss: number, part: EvaluationPlace['part']): Promise<number[]> {
  const losses: number[] = [];
  const twice = definePlugin({
    name: 'twice',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.decorate(GRADIENTS, (inner) => ({
        name: 'twice',
        compute(evaluate, context) {
          const place = part && { part };
          const first = evaluate(place);
          const second = evaluate({ ...place, after: { ...first, loss: tf.scalar(loss) } });
          losses.push(first.loss.dataSync()[0], second.loss.dataSync()[0]);
          return inner.compute(evaluate, context);
        },
      })),
  });
  const data = tinyDataset();
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: data.train.size, plugins: twice });
  await trainer.fit({ epochs: 1, evaluateEvery: 0 });
  await trainer.dispose();
  return losses;
}

describe('after', () => {
  it.each([
    ['the whole batch', undefined],
    ['a part of it', { from: 2, size: 4 }],
  ])('makes an evaluation of %s depend on the one before, and changes no number', async (_what, part) => {
    const [first, second] = await lossesAfter(3, part);
    expect(second).toBe(first);
    // The edge itself: 0·NaN is NaN, so that what depends on the loss before is NaN as well.
    expect((await lossesAfter(NaN, part))[1]).toBeNaN();
  });
});
