import * as tf from '@tensorflow/tfjs-core';
import { cosineClassifier, createTrainer, definePlugin, POSTHOC_TRANSFORMS } from '@evenkeel/trainer-core';
import type { TrainerOptions } from '@evenkeel/trainer-core';
import {
  expectNoLeak,
  installMatchers,
  tinyBackbone,
  tinyDataset,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { expect, it } from 'vitest';
import { exportGraphModel } from '../export-graph-model.js';
import { exportOnnx } from './export-onnx.js';
import { contentOf, onnxRuntime } from './onnx-runtime.fixture.js';

installMatchers();
await useCpuBackend();

const shifting = definePlugin({
  name: 'shifting',
  version: '1.0.0',
  api: '^2.0',
  setup: ({ roles }) =>
    roles.contribute(POSTHOC_TRANSFORMS, {
      name: 'shifting',
      transform: (logits, { datasetPrior }) => tf.sub(logits, tf.log(datasetPrior)),
    }),
});

it.each<[string, Partial<TrainerOptions>]>([
  ['plainly', {}],
  ['with a post-hoc transform', { plugins: shifting }],
  ['with a classifier that is not affine', { classifier: cosineClassifier() }],
])('gives the logits of the trainer in ONNX Runtime, %s', async (_how, options) => {
  const data = tinyDataset();
  const normalisation = { mean: [0.5], std: [0.25] };
  const trainer = createTrainer({
    data: { ...data, normalisation },
    model: tinyBackbone(),
    batchSize: 8,
    seed: 1,
    ...options,
  });
  await trainer.fit({ epochs: 2 });
  const { exampleShape, size } = data.test;
  const values = new Float32Array(size * tf.util.sizeFromShape([...exampleShape]));
  await data.test.read(Int32Array.from({ length: size }, (_, at) => at), values); // prettier-ignore
  const goal = await trainer.predict(data.test);
  const bytes = await exportOnnx(trainer);
  const { userDefinedMetadata } = await exportGraphModel(trainer);
  await expectNoLeak(async () => void (await exportOnnx(trainer)));
  await trainer.dispose();
  const logits = await onnxRuntime(bytes, tf.tensor(values, [size, ...exampleShape]));
  expect(logits).toBeAllClose([...goal], { atol: 1e-5 });
  const { dataset, classNames, ...others } = contentOf(bytes).metadata;
  expect(dataset).toBe('tiny');
  expect({
    dataset,
    classNames: JSON.parse(classNames) as unknown,
    normalisation: JSON.parse(others.normalisation) as unknown,
  }).toEqual(userDefinedMetadata);
});
