import { checkBlockRule, isLists } from './block-rule.js';
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

/** Options with their defaults, checked. */
export type B3rsSettings = Required<Omit<B3rsOptions, 'shares'>> & Pick<B3rsOptions, 'shares'>;

/**
 * Fills in the defaults; throws `B3RS_BAD_OPTION`, `B3RS_REPEATED_CLASS`, `B3RS_BETA_AND_SHARES` or, for listed blocks,
 * `B3RS_SHARES_LENGTH`.
 */
export function b3rsSettings(options: B3rsOptions = {}): B3rsSettings {
  const { blocks = 3, beta = 1, gamma = 0, shares } = options;
  checkBlockRule(blocks);
  for (const [option, received] of Object.entries({ beta, gamma })) {
    if (typeof received !== 'number' || !(received >= 0 && received <= 1))
      throw errors.BAD_OPTION({ option, expected: 'a number in 0 .. 1', received });
  }
  if (shares === undefined) return { blocks, beta, gamma };
  checkShares(shares);
  if (options.beta !== undefined) throw errors.BETA_AND_SHARES({ beta, shares });
  if (isLists(blocks) && blocks.length !== shares.length) {
    throw errors.SHARES_LENGTH({ shares, blocks: blocks.length });
  }
  return { blocks, beta, gamma, shares: [...shares] };
}

function checkShares(shares: readonly number[]): void {
  const isShare = (share: unknown) => typeof share === 'number' && share >= 0;
  if (isList(shares) && shares.every(isShare)) {
    const sum = shares.reduce((all, share) => all + share, 0);
    if (sum > 0 && Number.isFinite(sum)) return;
  }
  const expected = 'a list of numbers, 0 or more, with a sum above 0';
  throw errors.BAD_OPTION({ option: 'shares', expected, received: shares });
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}
