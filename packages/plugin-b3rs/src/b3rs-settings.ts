import { defineOptions, list, number } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import { blockRule, checkedRule, isLists } from './block-rule.js';
import type { BlockRule } from './block-rule.js';
import { errors } from './errors.js';

/** Options of B3RS. */
export interface B3rsOptions {
  /** How classes are cut into blocks; default 3: three blocks of equal width in log n. */
  readonly blocks?: BlockRule;
  /** How far the blocks are balanced, 0 (by images) .. 1 (by classes); default 1. Not beside `shares`. */
  readonly beta?: number;
  /**
   * The shares of the blocks themselves, instead of those that `beta` gives: one per block, from the block with the most images per
   * class to the one with the fewest; for listed blocks, one per list, in their order. 0 or more, not all 0; divided by
   * their sum. Classes of a block with share 0 are in no batch.
   */
  readonly shares?: readonly number[];
  /** How far the classes within a block are balanced, 0 (natural) .. 1 (equal); default 0. */
  readonly gamma?: number;
}

/** The options of `b3rs`, and of `b3rsSampler`. */
export const b3rsOptions = defineOptions('b3rs', errors.BAD_OPTION, {
  blocks: blockRule.default(3),
  beta: number({ min: 0, max: 1 }).default(1),
  gamma: number({ min: 0, max: 1 }).default(0),
  shares: list(number({ min: 0 }))
    .where('a list of numbers, 0 or more, with a finite sum above 0', (shares) => {
      const sum = shares.reduce((total, share) => total + share, 0);
      return sum > 0 && sum < Infinity;
    })
    .optional(),
} satisfies SpecOf<B3rsOptions>);

/** Options with their defaults, checked. */
export type B3rsSettings = ReadOptions<typeof b3rsOptions.spec>;

/**
 * Fills in the defaults; throws `B3RS_BAD_OPTION`, `B3RS_REPEATED_CLASS`, `B3RS_BETA_AND_SHARES` or, for listed blocks,
 * `B3RS_SHARES_LENGTH`.
 */
export function b3rsSettings(options: B3rsOptions = {}): B3rsSettings {
  const settings = b3rsOptions.read(options);
  checkedRule(settings.blocks, (expected, received) => b3rsOptions.refuse('blocks', expected, received));
  const { blocks, beta, shares } = settings;
  if (shares === undefined) return settings;
  if (options.beta !== undefined) throw errors.BETA_AND_SHARES({ beta, shares });
  if (isLists(blocks) && blocks.length !== shares.length) {
    throw errors.SHARES_LENGTH({ shares, blocks: blocks.length });
  }
  return settings;
}
