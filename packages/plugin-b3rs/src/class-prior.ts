import { normalised } from '@evenkeel/trainer-core';
import { imagesIn } from './blocks-of.js';

/**
 * The share of every block, `[blocks]`, summing to 1: s_b ∝ N_b^(1−β)·C_b^β with N_b images and C_b classes. β = 0
 * follows the images, β = 1 the number of classes. Source: our reading.
 *
 * @param beta In 0 .. 1, default 1.
 */
export function blockShares(
  blocks: readonly (readonly number[])[],
  classCounts: readonly number[],
  beta = 1,
): Float64Array {
  return normalised(blocks.map((block) => imagesIn(block, classCounts) ** (1 - beta) * block.length ** beta));
}

/**
 * The share of every class within its block, in the order of the block, summing to 1: t_c ∝ n_c^(1−γ). γ = 0 is
 * natural, γ = 1 class-balanced. Source: our reading.
 *
 * @param gamma In 0 .. 1, default 0.
 */
export function sharesWithin(
  block: readonly number[],
  classCounts: readonly number[],
  gamma = 0,
): Float64Array {
  return normalised(block.map((label) => classCounts[label] ** (1 - gamma)));
}

/**
 * The class distribution of B3RS, `[classes]`, summing to 1: π_c = s_b·t_c for the block b of class c, and 0 for classes
 * without images. β = γ = 0 gives n_c / N, β = γ = 1 gives 1 / C. Source: our reading.
 *
 * @param beta In 0 .. 1, default 1; or the shares s of the blocks themselves, `[blocks]`, summing to 1.
 * @param gamma In 0 .. 1, default 0.
 */
export function classPrior(
  blocks: readonly (readonly number[])[],
  classCounts: readonly number[],
  beta: number | Float64Array = 1,
  gamma = 0,
): Float64Array {
  const prior = new Float64Array(classCounts.length);
  const shares = typeof beta === 'number' ? blockShares(blocks, classCounts, beta) : beta;
  blocks.forEach((block, b) => {
    const within = sharesWithin(block, classCounts, gamma);
    block.forEach((label, place) => {
      prior[label] = shares[b] * within[place];
    });
  });
  return prior;
}
