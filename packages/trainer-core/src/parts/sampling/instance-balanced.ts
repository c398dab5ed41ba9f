import { defineOptions, flag } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { SamplerDefinition } from '../../contract/sampler.js';
import { optionErrors } from '../../errors/option-errors.js';
import { createRandom } from '../../random/random-stream.js';
import { BASE_TAG, checkBaseTag } from './base-tag.js';
import { normalised } from './class-index.js';
import { planFromIndices } from './list-plan.js';

/** How epochs end. */
export interface InstanceBalancedOptions {
  /** Leaves out the last batch of an epoch when it would be smaller than the others; default false. */
  readonly dropLast?: boolean;
}

/** The options of `instanceBalanced`. */
export const instanceBalancedOptions = defineOptions('instanceBalanced', optionErrors.BAD_VALUE, {
  dropLast: flag().default(false),
} satisfies SpecOf<InstanceBalancedOptions>);

/**
 * Every example once per epoch, shuffled: classes as often as they occur. Tag `base`; the prior is n_c/N. Throws
 * TRAINER_OPTION_BAD_VALUE, and when it is built with `dropLast` and less than one batch, TRAINER_OPTION_NO_FULL_BATCH.
 */
export function instanceBalanced(options: InstanceBalancedOptions = {}): SamplerDefinition {
  const { dropLast } = instanceBalancedOptions.read(options);
  const name = 'instance-balanced';
  return {
    name,
    build({ labels, classCounts, batchSize }) {
      const prior = normalised(classCounts);
      const used = dropLast ? labels.length - (labels.length % batchSize) : labels.length;
      if (used === 0 && dropLast) throw optionErrors.NO_FULL_BATCH({ examples: labels.length, batchSize });
      return {
        name,
        tags: [BASE_TAG],
        batchesIn: () => Math.ceil(used / batchSize),
        plan(seed, epoch) {
          const indices = new Int32Array(labels.length).map((_, at) => at); // labels may be bytes
          const order = createRandom(seed, 'sampler', name, epoch).shuffle(indices);
          return planFromIndices(order.subarray(0, used), batchSize, BASE_TAG);
        },
        classPrior(tag) {
          checkBaseTag(name, tag);
          return prior.slice();
        },
      };
    },
  };
}
