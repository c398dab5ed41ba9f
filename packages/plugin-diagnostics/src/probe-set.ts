import { createRandom, indicesByClass } from '@evenkeel/trainer-core';
import type { LabelledSource } from '@evenkeel/trainer-core';

/**
 * The examples to look at: as many of each class as `examples / classes` allows (rounded up; all that a smaller class
 * has), the same for every call with this seed, in order of class. Returns indices into the source.
 */
export function probeSet(
  source: LabelledSource,
  classes: number,
  examples: number,
  seed: number,
): Int32Array {
  const share = Math.ceil(examples / classes);
  const byClass = indicesByClass(source.labels, classes);
  return Int32Array.from(
    byClass.flatMap((indices, label) => {
      const shuffled = Int32Array.from(indices);
      createRandom(seed, 'diagnostics', 'probe', label).shuffle(shuffled);
      return [...shuffled.subarray(0, share)];
    }),
  );
}
