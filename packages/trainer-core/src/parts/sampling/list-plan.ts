import type { BatchPlan, EpochPlan } from '../../contract/sampler.js';

/** A plan whose batches are all cut from one array of indices; the last one may be shorter. */
export function planFromIndices(indices: Int32Array, batchSize: number, tag: string): EpochPlan {
  return planFromFunction(Math.ceil(indices.length / batchSize), (place) => ({
    tag,
    indices: indices.subarray(place * batchSize, (place + 1) * batchSize),
  }));
}

/** A plan that computes its batches when asked; throws a RangeError outside `0 .. length - 1`. */
export function planFromFunction(length: number, batch: (place: number) => BatchPlan): EpochPlan {
  return {
    length,
    batch(place) {
      if (!Number.isInteger(place) || place < 0 || place >= length) {
        throw new RangeError(`Expected a batch in 0 .. ${length - 1}, received ${place}.`);
      }
      return batch(place);
    },
  };
}
