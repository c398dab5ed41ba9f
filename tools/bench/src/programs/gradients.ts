import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { compileStep } from '@evenkeel/compiled-step';
import type { Precision } from '@evenkeel/compiled-step';
import { crossEntropyWithLogits, linearClassifier, VariableStore } from '@evenkeel/trainer-core';
import type { LayerContext } from '@evenkeel/trainer-core';
import type { HandWrittenOptions } from './hand-written.js';

/** A network with its first weights that gives gradients and moves nothing. */
export interface Gradients {
  /** Gradients of the loss of `images` and `targets`, read on the host, by weight. */
  run(inputs: NamedTensorMap): Promise<ReadonlyMap<string, Float32Array>>;
  /** The weights themselves, with their shapes. */
  weights(): ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
  dispose(): void;
}

/** The gradients of a network in training, as one compiled step. */
export function gradients(
  {
    backbone,
    exampleShape,
    classes,
    seed = 0,
  }: Pick<HandWrittenOptions, 'backbone' | 'exampleShape' | 'classes' | 'seed'>,
  precision: Precision,
  onMessage: (line: string) => void = () => undefined,
): Gradients {
  const store = new VariableStore(seed);
  const network = backbone.build(store.scope('backbone'), exampleShape);
  const classifier = linearClassifier().build(store.scope('classifier'), network.outputSize, classes);
  const weights = store.weights();
  const context: LayerContext = {
    training: true,
    share: 1,
    tag: 'base',
    update: () => undefined,
    uniform: () => {
      throw new Error('a benchmarked network draws nothing');
    },
    log: () => undefined,
  };
  const step = compileStep(
    ({ images, targets }: NamedTensorMap) => {
      const loss = (): Scalar => {
        const features = network.apply(images, context);
        return crossEntropyWithLogits(classifier.apply(features, context), targets as Tensor2D);
      };
      const { grads } = tf.variableGrads(
        loss,
        weights.map(({ variable }) => variable),
      );
      return Object.fromEntries(weights.map(({ name, variable }) => [name, grads[variable.name]]));
    },
    { precision, onMessage },
  );
  return {
    async run({ images, targets }) {
      const found = tf.tidy(() => step({ images, targets }));
      const read = Object.entries(found).map(async ([name, gradient]) => {
        const values = (await gradient.data()) as Float32Array;
        gradient.dispose();
        return [name, values] as const;
      });
      return new Map(await Promise.all(read));
    },
    weights: () =>
      new Map(
        weights.map(({ name, variable }) => [
          name,
          { shape: variable.shape, values: variable.dataSync() as Float32Array },
        ]),
      ),
    dispose() {
      step.dispose();
      store.dispose();
    },
  };
}
