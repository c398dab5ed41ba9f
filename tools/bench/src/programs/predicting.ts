import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { compileStep } from '@evenkeel/compiled-step';
import type { Precision } from '@evenkeel/compiled-step';
import { linearClassifier, VariableStore } from '@evenkeel/trainer-core';
import type { LayerContext } from '@evenkeel/trainer-core';
import type { HandWrittenOptions } from './hand-written.js';

/** A network that predicts. */
export interface Predicting {
  readonly name: string;
  /** Logits of a batch, read on the host. */
  run(images: Tensor): Promise<Float32Array>;
  dispose(): void;
}

/** A network with its first weights in evaluation mode, as one compiled step. */
export function predicting(
  { backbone, exampleShape, classes }: Pick<HandWrittenOptions, 'backbone' | 'exampleShape' | 'classes'>,
  precision: Precision,
): Predicting {
  const store = new VariableStore(0);
  const network = backbone.build(store.scope('backbone'), exampleShape);
  const classifier = linearClassifier().build(store.scope('classifier'), network.outputSize, classes);
  const none = (): never => {
    throw new Error('nothing changes and nothing is drawn in evaluation');
  };
  const context: LayerContext = {
    training: false,
    share: 1,
    tag: 'base',
    update: none,
    uniform: none,
    log: none,
  };
  const forward = compileStep(
    ({ images }) => ({ logits: classifier.apply(network.apply(images, context), context) }),
    { precision, onMessage: () => undefined },
  );
  return {
    name: `prediction, ${precision}`,
    async run(images) {
      const { logits } = tf.tidy(() => forward({ images }));
      const values = (await logits.data()) as Float32Array;
      logits.dispose();
      return values;
    },
    dispose() {
      forward.dispose();
      store.dispose();
    },
  };
}
