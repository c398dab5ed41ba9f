import { defineOptions, flag } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { CheckpointSource, InitialWeights } from '@evenkeel/trainer-core';
import { modelErrors } from '../errors.js';
import { type FileTensor, readSafetensors } from './read-safetensors.js';
import { ourNameOf } from './torchvision-names.js';

/** What is taken from a weights file. */
export interface ImportWeightsOptions {
  /** Whether the file's classifier is taken, too, its classes being those of the data; default false: it starts again. */
  readonly classifier?: boolean;
}

/** The options of `importWeights`. */
export const importWeightsOptions = defineOptions('importWeights', modelErrors.BAD_OPTION, {
  classifier: flag().default(false),
} satisfies SpecOf<ImportWeightsOptions>);

/**
 * Starts a run with pretrained weights: the safetensors file of torchvision or timm for one of this package's networks for ImageNet,
 * kernels turned from PyTorch's order into ours. Every variable of the backbone must be there in its shape: else
 * `MODELS_WEIGHTS_MISMATCH` lists what differs, and nothing is assigned. Also `MODELS_WEIGHTS_MISSING` and
 * `MODELS_WEIGHTS_DAMAGED`; `MODELS_BAD_OPTION` at once.
 *
 * @example
 * const file = checkpointFile('resnet152.safetensors'); // of @evenkeel/trainer-core/node
 * createTrainer({ data, model: resnet152(), initialWeights: importWeights(file), plugins: [freezeBackbone()] });
 */
export function importWeights(source: CheckpointSource, options: ImportWeightsOptions = {}): InitialWeights {
  const { classifier } = importWeightsOptions.read(options);
  return {
    name: `imported from ${source.name}`,
    async initialise({ variables }) {
      const bytes = await source.load();
      if (bytes === undefined) throw modelErrors.WEIGHTS_MISSING({ source: source.name });
      const theirs = new Map<string, () => FileTensor>();
      for (const [name, read] of readSafetensors(bytes, source.name)) {
        const ours = ourNameOf(name);
        if (ours !== undefined) theirs.set(ours, read);
      }
      const wanted = variables.filter(
        ({ group }) => group === 'backbone' || (classifier && group === 'classifier'),
      );
      const known = new Set(wanted.map(({ name }) => name));
      const problems = wanted.flatMap(({ name, variable }) => {
        const read = theirs.get(name);
        if (!read) return [`'${name}' is not in the file`];
        const there = turned(read()).shape;
        if (tf.util.arraysEqual(there, variable.shape)) return [];
        return [`'${name}' is [${there.join(', ')}] in the file and [${variable.shape.join(', ')}] here`];
      });
      const backbone = [...theirs.keys()].filter((name) => name.startsWith('backbone/') && !known.has(name));
      problems.push(...backbone.map((name) => `'${name}' is in the file only`));
      if (problems.length > 0) throw modelErrors.WEIGHTS_MISMATCH({ source: source.name, problems });
      for (const { name, variable } of wanted) {
        tf.tidy(() => {
          const { values, shape, order } = turned(theirs.get(name)!());
          const original = tf.tensor(values, order ? order.map((axis) => shape[axis]) : shape);
          // `order` leads from ours to theirs; its inverse is applied.
          variable.assign(order ? tf.transpose(original, inverse(order)) : original);
        });
      }
    },
  };
}

interface Turned {
  readonly values: Float32Array;
  /** In our order. */
  readonly shape: number[];
  /** Which of our axes each of the file's is; absent: the same order. */
  readonly order?: number[];
}

/** PyTorch's kernels are `[out, in, height, width]` and `[out, in]`, ours `[height, width, in, out]` and `[in, out]`. */
function turned({ shape, values }: FileTensor): Turned {
  if (shape.length === 4) {
    const [outputs, inputs, height, width] = shape;
    return { values, shape: [height, width, inputs, outputs], order: [3, 2, 0, 1] };
  }
  if (shape.length === 2) return { values, shape: [shape[1], shape[0]], order: [1, 0] };
  return { values, shape: [...shape] };
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}
