import { chooseSubset } from '@evenkeel/datasets-lt';
import type { ImageTable } from './image-table.js';

/**
 * `counts[c]` images of every class, chosen by `chooseSubset` with `seed`, and the others; both keep the table's order.
 * Throws `DATASETS_CLASS_TOO_SMALL`.
 */
export function splitByClass(
  images: ImageTable,
  counts: readonly number[],
  seed: number,
): { first: ImageTable; rest: ImageTable } {
  const chosen = chooseSubset({ labels: images.labels, counts, seed });
  const isFirst = new Uint8Array(images.size);
  for (const members of chosen) for (const index of members) isFirst[index] = 1;
  const which = (flag: number) =>
    Int32Array.from({ length: images.size }, (_, index) => index).filter((index) => isFirst[index] === flag);
  return { first: images.pick(which(1)), rest: images.pick(which(0)) };
}
