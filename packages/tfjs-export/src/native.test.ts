import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { conv3x3 } from '@evenkeel/tfjs-runtime';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import { installMatchers } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { opsOf, stock } from './stock.fixture.js';
import { toGraphModel } from './to-graph-model.js';

installMatchers();
const { ready } = await nativeStatus();

describe.skipIf(!ready)(`toGraphModel on native${ready ? '' : ', skipped: it is not set up here'}`, () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  it("writes the runtime's own convolutions as those of TensorFlow, with what follows in them", async () => {
    const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 16, 16], 0, 1, 'float32', 1);
    const row = tf.randomNormal([16], 0, 1, 'float32', 2);
    const run = (x: Tensor): Tensor => tf.relu(tf.add(conv3x3(x as tf.Tensor4D, filter), row));
    const artifacts = await toGraphModel(run, { exampleShape: [6, 5, 16] });
    expect(opsOf(artifacts)).toEqual(['_FusedConv2D']);
    const x = tf.randomNormal([3, 6, 5, 16], 0, 1, 'float32', 3);
    expect(await stock(artifacts, x)).toBeAllClose(run(x), { atol: 1e-4 });
  });
});
