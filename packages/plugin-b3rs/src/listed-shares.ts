import { normalised } from '@evenkeel/trainer-core';
import { isLists } from './block-rule.js';
import type { BlockRule } from './block-rule.js';
import { errors } from './errors.js';

/**
 * Shares given by hand as those of `blocks`, which `rule` made, `[blocks]`, summing to 1. A listed block keeps its share wherever
 * it is sorted to; one without images is dropped with its share. Throws `B3RS_SHARES_LENGTH`, and `B3RS_BAD_OPTION` when no
 * block with images has a share.
 */
export function listedShares(
  blocks: readonly (readonly number[])[],
  rule: BlockRule,
  shares: readonly number[],
): Float64Array {
  const expected = isLists(rule) ? rule.length : blocks.length;
  if (shares.length !== expected) throw errors.SHARES_LENGTH({ shares, blocks: expected });
  const own = isLists(rule) ? sharesOf(blocks, rule, shares) : shares;
  if (own.every((share) => share === 0)) {
    throw errors.BAD_OPTION({
      where: 'b3rs',
      option: 'shares',
      expected: 'a share above 0 for a block with images',
      received: shares,
    });
  }
  return normalised(own);
}

/** The share of the list that each block was. */
function sharesOf(
  blocks: readonly (readonly number[])[],
  lists: readonly (readonly number[])[],
  shares: readonly number[],
): number[] {
  const shareOf = new Map(lists.flatMap((list, at) => list.map((label) => [label, shares[at]] as const)));
  return blocks.map(([label]) => shareOf.get(label)!);
}
