import * as tf from '@tensorflow/tfjs-core';
import { resnet10, resnet18, resnet32, resnet50, resnext50, smallResNet } from '@evenkeel/models';
import { whitening } from '@evenkeel/plugin-whitening';
import { exportOnnx } from '@evenkeel/tfjs-export';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createTrainer } from '@evenkeel/trainer-core';
import type { BackboneDefinition, PluginInput } from '@evenkeel/trainer-core';
import { installMatchers, tinyDataset } from '@evenkeel/trainer-testing';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';

installMatchers();
beforeAll(async () => {
  await useBackend('auto', { onMessage: () => undefined });
});

/** The longer networks, of 101 and 152 layers, are made of the same blocks as that of 50. */
const MODELS: readonly [string, () => BackboneDefinition, readonly number[]][] = [
  ['resnet32', resnet32, [32, 32, 3]],
  ['smallResNet', smallResNet, [28, 28, 1]],
  ['resnet10', resnet10, [32, 32, 3]],
  ['resnet18', resnet18, [32, 32, 3]],
  ['resnet50', resnet50, [32, 32, 3]],
  ['resnext50', resnext50, [32, 32, 3]],
];

describe.each(MODELS)('%s as an ONNX file', (name, model, exampleShape) => {
  const plain: [string, PluginInput] = ['plain', []];
  const whitened: [string, PluginInput] = ['whitened', whitening()];
  // Whitening is folded into the classifier whatever is before it; that of 2048 features takes half a minute each.
  it.each(name.endsWith('50') ? [plain] : [plain, whitened])(
    'gives the logits of the trainer in ONNX Runtime, %s',
    { timeout: 240_000 },
    async (_how, plugins) => {
      const data = tinyDataset({ classCounts: [6, 4, 2], testPerClass: 2, exampleShape });
      const trainer = createTrainer({ data, model: model(), plugins, batchSize: 6, seed: 1 });
      await trainer.fit({ epochs: 1 });
      const { size } = data.test;
      const goal = await trainer.predict(data.test);
      const bytes = await exportOnnx(trainer);
      await trainer.dispose();

      const length = tf.util.sizeFromShape([...exampleShape]);
      const images = new Float32Array(size * length);
      await data.test.read(Int32Array.from({ length: size }, (_, at) => at), images); // prettier-ignore
      const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
      for (const [from, batch] of [
        [0, 1],
        [1, 5],
      ]) {
        // prettier-ignore
        const part = images.slice(from * length, (from + batch) * length);
        const { logits } = await session.run({
          images: new Tensor('float32', part, [batch, ...exampleShape]),
        });
        expect(logits.dims).toEqual([batch, 3]);
        const expected = goal.slice(from * 3, (from + batch) * 3);
        expect([...(logits.data as Float32Array)]).toBeAllClose([...expected], { atol: 1e-4, rtol: 1e-4 });
      }
      await session.release();
    },
  );
});
