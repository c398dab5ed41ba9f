import { defineOptions } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { CLASSIFIER, definePlugin, mapLogits, ones, SAMPLER } from '@evenkeel/trainer-core';
import type { ClassifierDefinition, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { retrainingSpec } from './crt.js';
import type { RetrainingOptions } from './crt.js';
import { isOfNetwork, refusal, stageNames, startFrom } from './first-stage.js';

/** Path of the learnable scales. */
const SCALE = 'classifier/scale';

/** The options of `lws`. */
export const lwsOptions = defineOptions('lws', refusal, retrainingSpec);

/**
 * LWS, learnable weight scaling: the whole network of the first stage, frozen, and one factor per class on its logits, trained on
 * class-balanced batches. Throws `DECOUPLE_NO_FIRST_STAGE`; the trainer throws what `fromCheckpoint` does. Source: Kang et al.,
 * ICLR 2020.
 *
 * @example
 * const trainer = createTrainer({ data, model, plugins: [lws({ from: checkpointFile('runs/ce') })] });
 * await trainer.fit({ epochs: 5 });
 */
export function lws(options: RetrainingOptions): TrainerPlugin {
  const { from, sampler } = lwsOptions.read(options);
  return definePlugin({
    ...stageNames('lws'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `a learnable scale per class on the frozen network of '${from.name}', ${sampler.name} batches`,
    setup({ roles }) {
      roles.provide(SAMPLER, sampler);
      roles.decorate(CLASSIFIER, scaledClassifier);
      startFrom(roles, from, {
        name: 'the scales only',
        takes: (variable) => isOfNetwork(variable) && variable !== SCALE,
        trains: ({ name }) => name === SCALE,
      });
    },
  });
}

/** A classifier's logits times a learnable factor per class, s_c·(w_c·x + b_c): variable `scale` `[classes]`, from 1 on. */
export function scaledClassifier(inner: ClassifierDefinition): ClassifierDefinition {
  return {
    name: `${inner.name} with learnable scales`,
    build(scope, features, classes) {
      const layer = inner.build(scope, features, classes);
      const scale = scope.weight('scale', [classes], ones());
      return {
        outputSize: classes,
        apply: (input, context) =>
          mapLogits(layer.apply(input, context), (logits) => tf.mul<Tensor2D>(logits, scale)),
      };
    },
  };
}
