import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import {
  AUXILIARY_LOSSES,
  cosineClassifier,
  createTrainer,
  definePlugin,
  exponentialMovingAverage,
  FEATURE_TRANSFORMS,
  heNormal,
  POSTHOC_TRANSFORMS,
} from '@evenkeel/trainer-core';
import type {
  FeatureTransformDefinition,
  Trainer,
  TrainerOptions,
  TrainerPlugin,
} from '@evenkeel/trainer-core';
import {
  expectNoLeak,
  installMatchers,
  tinyBackbone,
  tinyDataset,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { describe, expect, it } from 'vitest';
import { exportGraphModel } from './export-graph-model.js';
import { opsOf, stock } from './stock.fixture.js';

installMatchers();
await useCpuBackend();

/** A small trainer; 36 examples in five batches an epoch. */
const tinyTrainer = (options: Partial<TrainerOptions> = {}): Trainer =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, seed: 1, ...options });

describe('exportGraphModel', () => {
  const examples = tinyDataset().test;

  /** Logits of the test examples: of the trainer, and of its exported model. */
  async function bothLogits(trainer: Trainer) {
    await trainer.fit({ epochs: 2 });
    const goal = await trainer.predict(examples);
    const artifacts = await exportGraphModel(trainer);
    await trainer.dispose();
    const { exampleShape, size } = examples;
    const values = new Float32Array(size * tf.util.sizeFromShape([...exampleShape]));
    await examples.read(
      Int32Array.from({ length: size }, (_, at) => at),
      values,
    );
    const logits = await stock(artifacts, tf.tensor(values, [size, ...exampleShape]));
    return { goal, logits, artifacts };
  }

  it('leaves out the weights of auxiliary losses', async () => {
    const contrast = definePlugin({
      name: 'auxiliary',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.contribute(AUXILIARY_LOSSES, {
          name: 'head',
          build(scope, { features }) {
            const kernel = scope.weight('kernel', [features, 1000], heNormal()) as Tensor as Tensor2D;
            return { loss: (stages) => tf.mean(tf.square(tf.matMul(stages.features, kernel))) };
          },
        }),
    });
    const plain = await bothLogits(tinyTrainer());
    const { goal, logits, artifacts } = await bothLogits(tinyTrainer({ plugins: contrast }));
    expect(logits).toBeAllClose([...goal], { atol: 1e-5 });
    const shapes = ({ weightSpecs }: tf.io.ModelArtifacts) => weightSpecs!.map(({ shape }) => shape);
    expect(shapes(artifacts)).toEqual(shapes(plain.artifacts));
  });

  it('gives the logits of the trainer in stock TensorFlow.js', async () => {
    const { goal, logits, artifacts } = await bothLogits(tinyTrainer());
    expect(logits).toBeAllClose([...goal], { atol: 1e-5 });
    expect(opsOf(artifacts).slice(-2)).toEqual(['MatMul', 'AddV2']);
    expect(artifacts.userDefinedMetadata).toEqual({
      dataset: 'tiny',
      classNames: ['class 0', 'class 1', 'class 2'],
    });
  });

  it('folds what is affine behind the backbone into one matrix, with evaluation weights and post-hoc transforms', async () => {
    const plain = await bothLogits(tinyTrainer());
    const { goal, logits, artifacts } = await bothLogits(
      tinyTrainer({
        plugins: [transforming(mixing()), exponentialMovingAverage({ decay: 0.9 }), shifting()],
      }),
    );
    expect(logits).toBeAllClose([...goal], { atol: 1e-5 });
    expect([...goal]).not.toBeAllClose([...plain.goal], { atol: 1e-2 });
    expect(opsOf(artifacts)).toEqual(opsOf(plain.artifacts));
  });

  it('keeps op by op what is not affine', async () => {
    const bent = transforming({
      name: 'bent',
      build: (_scope, features) => ({ outputSize: features, apply: (x) => tf.relu(tf.sub(x, 0.1)) }),
    });
    const dented = transforming({
      name: 'dented near 0, and by next to nothing far from it',
      build: (_scope, features) => ({
        outputSize: features,
        apply: (x) => tf.add(x, tf.div(0.1, tf.add(tf.square(x), 1))),
      }),
    });
    for (const options of [{ classifier: cosineClassifier() }, { plugins: bent }, { plugins: dented }]) {
      const { goal, logits, artifacts } = await bothLogits(tinyTrainer(options));
      expect(logits).toBeAllClose([...goal], { atol: 1e-4 });
      expect(opsOf(artifacts).length).toBeGreaterThan(4);
    }
  });

  it('leaves no tensors behind, and the trainer as it was', async () => {
    const trainer = tinyTrainer();
    await trainer.fit({ epochs: 1 });
    await expectNoLeak(async () => void (await exportGraphModel(trainer)));
    const before = await trainer.evaluate();
    await trainer.fit({ epochs: 2 });
    expect(await trainer.evaluate()).not.toEqual(before);
    await trainer.dispose();
  });
});

function transforming(transform: FeatureTransformDefinition): TrainerPlugin {
  return definePlugin({
    name: 'transforming',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.contribute(FEATURE_TRANSFORMS, transform),
  });
}

/** A rotation of all features about a point, by a weight. */
function mixing(): FeatureTransformDefinition {
  return {
    name: 'mixing',
    build(scope, features) {
      const mix = scope.weight('mix', [features, features], ([rows]) =>
        Float32Array.from({ length: rows * rows }, (_, at) => Math.sin(at)),
      );
      return {
        outputSize: features,
        apply: (x) => tf.matMul(tf.sub(x, 3), mix as Tensor as Tensor2D) as Tensor2D,
      };
    },
  };
}

function shifting(): TrainerPlugin {
  return definePlugin({
    name: 'shifting',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.contribute(POSTHOC_TRANSFORMS, {
        name: 'shifting',
        transform: (logits, { datasetPrior }) => tf.sub(logits, tf.log(datasetPrior)),
      }),
  });
}
