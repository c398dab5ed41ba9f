import { planFromFunction } from '@evenkeel/trainer-core';
import type { SamplerDefinition } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/**
 * The batches of another sampler with half as many examples, every one of them twice: row r and row r + batch / 2 are the same
 * example. Each row is augmented by its own random stream, so that these are two views of it. The number of examples per batch
 * stays as it is and has to be even; an epoch has twice as many batches. Throws `EXAMPLE_ODD_BATCH` when it is built.
 */
export function twoViews(inner: SamplerDefinition): SamplerDefinition {
  return {
    name: `${inner.name}, two views`,
    ...(inner.task !== undefined && { task: inner.task }),
    build(context) {
      const { batchSize } = context;
      if (batchSize % 2 !== 0) throw errors.ODD_BATCH({ batchSize });
      const sampler = inner.build({ ...context, batchSize: batchSize / 2 });
      return {
        name: `${sampler.name}, two views`,
        tags: sampler.tags,
        batchesIn: (epoch) => sampler.batchesIn(epoch),
        classPrior: (tag, epoch) => sampler.classPrior(tag, epoch),
        plan(seed, epoch) {
          const plan = sampler.plan(seed, epoch);
          return planFromFunction(plan.length, (at) => {
            const { tag, indices } = plan.batch(at);
            return { tag, indices: Int32Array.of(...indices, ...indices) };
          });
        },
      };
    },
  };
}
