import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { linearClassifier } from '../parts/classifiers/linear-classifier.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { ClassifierDefinition, ExpertLogits } from '../contract/layers.js';
import { createTrainer } from '../create-trainer.js';
import type { TrainerOptions } from '../create-trainer.js';
import { LOGIT_TRANSFORMS, LOSS } from '../roles/core-roles.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

/** Linear heads; together they say the first one's logits plus twice the last one's. */
const heads = (count: number): ClassifierDefinition<ExpertLogits> => ({
  name: `${count} heads`,
  build(scope, features, outputs) {
    const parts = Array.from({ length: count }, (_, at) =>
      linearClassifier().build(scope.child(`expert${at}`), features, outputs),
    );
    return {
      outputSize: outputs,
      apply(input, context) {
        const experts = parts.map((part) => part.apply(input, context) as Tensor2D);
        return { experts, logits: tf.add(experts[0], tf.mul(2, experts[count - 1])) };
      },
    };
  },
});
const make = (options: Partial<TrainerOptions> = {}) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 20, seed: 4, ...options });

describe('a classifier with several experts', () => {
  it('has the mean of their losses, logit transforms applied to each', async () => {
    const losses: number[] = [];
    const seen: number[][] = [];
    const plugins = definePlugin({
      name: 'watching',
      version: '1.0.0',
      api: '^2.0',
      setup({ roles }) {
        roles.contribute(LOGIT_TRANSFORMS, { name: 'scale', transform: (logits) => tf.mul(logits, 3) });
        roles.decorate(LOSS, (inner) => ({
          name: inner.name,
          loss(logits, context) {
            const loss = inner.loss(logits, context);
            seen.push(Array.from(logits.dataSync()));
            losses.push(loss.dataSync()[0]);
            return loss;
          },
        }));
      },
    });
    const trainer = make({ classifier: heads(3), plugins });
    let total = 0;
    trainer.hooks.step$.subscribe((event) => {
      if (event.type === 'step-end') total = event.loss;
    });
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    await trainer.dispose();
    expect(losses).toHaveLength(3);
    expect(new Set(losses).size).toBe(3);
    expect(total).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 3, 6);
    expect(seen.every((logits) => logits.length === 60)).toBe(true);
  });

  it('moves each expert as a head alone moves by a third of the gradient', async () => {
    const alone = make({ classifier: heads(1) });
    const together = make({ classifier: heads(3) });
    for (const trainer of [alone, together]) await trainer.evaluate();
    const [one, three] = [valuesOf(alone), valuesOf(together)];
    for (const trainer of [alone, together]) await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    const moved = (after: Record<string, number[]>, before: Record<string, number[]>) =>
      after['classifier/expert0/kernel'].map((value, at) => value - before['classifier/expert0/kernel'][at]);
    expect(one['classifier/expert0/kernel']).toEqual(three['classifier/expert0/kernel']);
    const [whole, third] = [moved(valuesOf(alone), one), moved(valuesOf(together), three)];
    whole.forEach((change, at) => expect(third[at]).toBeCloseTo(change / 3, 6));
    for (const trainer of [alone, together]) await trainer.dispose();
  });

  it('is measured, and predicts, by what they say together', async () => {
    const trainer = make({ classifier: heads(2) });
    const { test } = tinyDataset();
    const logits = await trainer.predict(test);
    const features = await trainer.withNetwork(async (network) => {
      const inputs = new Float32Array(test.size * 4);
      await test.read(
        Int32Array.from({ length: test.size }, (_, at) => at),
        inputs,
      );
      const features = network.features(tf.tensor(inputs, [test.size, 2, 2, 1]));
      return features.dataSync();
    });
    const values = valuesOf(trainer);
    const of = (expert: number, row: number, output: number) =>
      values[`classifier/expert${expert}/bias`][output] +
      Array.from({ length: 5 }, (_, at) => at).reduce(
        (sum, at) =>
          sum + features[row * 5 + at] * values[`classifier/expert${expert}/kernel`][at * 3 + output],
        0,
      );
    logits.forEach((value, at) => {
      const [row, output] = [Math.floor(at / 3), at % 3];
      expect(value).toBeCloseTo(of(0, row, output) + 2 * of(1, row, output), 4);
    });
    const correct = Array.from(test.labels).filter((label, row) => {
      const scores = [...logits.subarray(row * 3, row * 3 + 3)];
      return scores.indexOf(Math.max(...scores)) === label;
    });
    expect((await trainer.evaluate()).all).toBeCloseTo(correct.length / test.size);
    await trainer.dispose();
  });

  it('is named when an expert has another width', async () => {
    const wrong: ClassifierDefinition = {
      name: 'wrong',
      build: (scope, features, outputs) => {
        const good = heads(2).build(scope, features, outputs);
        return {
          outputSize: outputs,
          apply(input, context) {
            const { logits, experts } = good.apply(input, context);
            return { logits, experts: [experts[0], tf.slice(experts[1], [0, 0], [-1, 2])] };
          },
        };
      },
    };
    const trainer = make({ classifier: wrong });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(
      /TRAINER_ROLE_RETURNED.*CLASSIFIER.*logits \[batch, 3\].*\[1, 2\]/s,
    );
    await trainer.dispose();
  });
});
