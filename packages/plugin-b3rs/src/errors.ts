import { defineErrors, errorEntry, optionEntry, show } from '@evenkeel/errors';

/** Everything that can be wrong with the options of B3RS, or between them and the data. */
export const errors = defineErrors('B3RS', {
  BAD_OPTION: optionEntry({ where: 'b3rs', option: 'beta', expected: 'a number in [0, 1]', received: 2 }),
  BETA_AND_SHARES: errorEntry(
    (d: { beta: number; shares: readonly number[] }) =>
      `Options 'beta' and 'shares' of b3rs both say what share of a batch a block gets: expected one of them, received beta ${d.beta} ` +
      `and shares ${show(d.shares)}. Leave one out; 'gamma' goes with either.`,
    { beta: 1, shares: [2, 1, 1] },
  ),
  SHARES_LENGTH: errorEntry(
    (d: { shares: readonly number[]; blocks: number }) =>
      `Option 'shares' of b3rs: expected ${d.blocks}, one per block, received ${d.shares.length}: ${show(d.shares)}. Correct the list, or ` +
      `see blocksOf(classCounts, rule): a gap in the counts can leave fewer blocks than asked for.`,
    { shares: [2, 1, 1], blocks: 2 },
  ),
  REPEATED_CLASS: errorEntry(
    (d: { class: number }) =>
      `Option 'blocks' of b3rs: expected every class in exactly one block, received class ${d.class} twice. Remove one of the two.`,
    { class: 7 },
  ),
  UNKNOWN_CLASS: errorEntry(
    (d: { class: number; classes: number }) =>
      `Option 'blocks' of b3rs lists class ${d.class}, expected 0 .. ${d.classes - 1} since the data has ${d.classes} classes. Correct the list.`,
    { class: 10, classes: 10 },
  ),
  MISSING_CLASS: errorEntry(
    (d: { class: number; count: number }) =>
      `Option 'blocks' of b3rs: class ${d.class} with ${d.count} images is in no block, expected every class with images in one. Add it to a block.`,
    { class: 9, count: 50 },
  ),
  UNKNOWN_TAG: errorEntry(
    (d: { tag: string }) =>
      `Sampler 'b3rs' makes no batches tagged ${show(d.tag)}, expected 'balanced'. Ask for the prior of its own tag.`,
    { tag: 'base' },
  ),
  NO_IMAGES: errorEntry(
    (d: { classes: number }) =>
      `b3rs cannot make blocks: expected at least one training image, received ${d.classes} classes without any. Check the data set.`,
    { classes: 10 },
  ),
});
