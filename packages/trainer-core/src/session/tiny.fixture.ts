import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClassDataset, LabelledSource } from '../contract/dataset.js';
import type { TrainerEvent } from '../contract/events.js';
import type { BackboneDefinition } from '../contract/layers.js';
import { heNormal, zeros } from '../parts/initializers/initializers.js';
import { createRandom } from '../random/random-stream.js';
import { countClasses } from '../parts/sampling/class-index.js';
import type { Trainer } from '../trainer.js';

// Quiets tfjs-core's hint about faster backends.
tf.env().set('PROD', true);

const SHAPE = [2, 2, 1];

function source(labels: number[], purpose: string): LabelledSource {
  const random = createRandom(7, 'tiny', purpose);
  const pixels = labels.map((label) =>
    Array.from({ length: 4 }, (_, at) => (at === label ? 2 : 0) + random.normal() / 2),
  );
  return {
    size: labels.length,
    labels: Int32Array.from(labels),
    exampleShape: SHAPE,
    read(indices, into, randomOf) {
      indices.forEach((index, row) => {
        const noise = randomOf ? randomOf(row).normal() / 10 : 0;
        pixels[index].forEach((pixel, at) => {
          into[row * 4 + at] = pixel + noise;
        });
      });
    },
  };
}

/** Three separable classes with 12, 6 and 2 training examples; reading with augmentation adds noise. */
export function tinyDataset(): ClassDataset {
  const labels = [12, 6, 2].flatMap((count, label) => Array.from({ length: count }, () => label));
  const train = source(labels, 'train');
  return {
    name: 'tiny',
    classNames: ['a', 'b', 'c'],
    classCounts: countClasses(train.labels, 3),
    shotGroups: ['many', 'medium', 'few'],
    train,
    test: source([0, 0, 1, 1, 2, 2], 'test'),
  };
}

/** Flatten, dense 5, relu with dropout by the step's own random input, and a running mean as a statistic. */
export function tinyBackbone({ dropout = 0 } = {}): BackboneDefinition {
  return {
    name: 'tiny',
    build(scope, exampleShape) {
      const inputs = exampleShape.reduce((product, size) => product * size, 1);
      const kernel = scope.weight('kernel', [inputs, 5], heNormal());
      const mean = scope.statistic('mean', [5], zeros());
      return {
        outputSize: 5,
        apply(images, context) {
          const hidden = tf.relu(tf.matMul(tf.reshape(images, [-1, inputs]), kernel as unknown as Tensor2D));
          const batchMean = tf.mean(hidden, 0);
          context.update(mean, tf.add(tf.mul(mean, 0.9), tf.mul(batchMean, 0.1)));
          const centred = tf.sub(hidden, context.training ? batchMean : mean);
          if (!context.training || dropout === 0) return centred as Tensor2D;
          const kept = tf.cast(
            tf.greaterEqual(context.uniform('dropout', centred.shape, { rows: true }), dropout),
            'float32',
          );
          return tf.div(tf.mul(centred, kept), 1 - dropout) as Tensor2D;
        },
      };
    },
  };
}

/** Every variable's values by name, copied. */
export function valuesOf(trainer: Trainer): Record<string, number[]> {
  return Object.fromEntries(
    trainer.variables().map(({ name, variable }) => [name, Array.from((variable as Tensor).dataSync())]),
  );
}

/** Collects a trainer's events without their clocks. */
export function recordEvents(trainer: Trainer): TrainerEvent[] {
  const events: TrainerEvent[] = [];
  const clocks = ['readMs', 'stepMs', 'seconds', 'imagesPerSecond', 'readShare'];
  trainer.hooks.events$.subscribe((event) => {
    const kept = Object.entries(event).filter(([key]) => !clocks.includes(key));
    events.push(Object.fromEntries(kept) as unknown as TrainerEvent);
  });
  return events;
}
