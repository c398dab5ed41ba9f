import { readArgument } from '@evenkeel/errors';
import type { BlockRule, ReadBlockRule } from './block-rule.js';
import { blockRule, checkedRule, isLists } from './block-rule.js';
import { errors } from './errors.js';

/** Slack for counts that lie on the edge of a block but for the rounding of logarithms. */
const EDGE = 1e-9;

/**
 * The classes of every block: a partition of the classes that have images, from the block with the most images per
 * class to the one with the fewest. Within a block the classes go from many images to few, equal counts by class
 * index. Classes without images belong to no block, and blocks without classes are dropped, so there may be fewer
 * blocks than asked for. Throws `B3RS_NO_IMAGES`, `B3RS_BAD_OPTION` or `B3RS_REPEATED_CLASS` for the rule, and for lists `B3RS_UNKNOWN_CLASS` or
 * `B3RS_MISSING_CLASS`.
 * Source: our reading.
 *
 * @param classCounts Training images per class, `[classes]`.
 * @param rule Default 3: three blocks of equal width in log n.
 */
export function blocksOf(classCounts: readonly number[], rule: BlockRule = 3): number[][] {
  const read = readArgument('blocksOf', errors.BAD_OPTION, 'rule', blockRule, rule);
  const refuse = (expected: string, received: unknown) =>
    errors.BAD_OPTION({ problem: 'argument', where: 'blocksOf', option: 'rule', expected, received });
  return cutBlocks(classCounts, checkedRule(read, refuse));
}

/** The same from a rule that was read. */
export function cutBlocks(classCounts: readonly number[], rule: ReadBlockRule): number[][] {
  const sorted = Array.from(classCounts.keys())
    .filter((label) => classCounts[label] > 0)
    .sort((a, b) => classCounts[b] - classCounts[a] || a - b);
  if (sorted.length === 0) throw errors.NO_IMAGES({ classes: classCounts.length });
  const blocks = isLists(rule)
    ? listedBlocks(classCounts, sorted, rule)
    : cut(sorted, blockNumbers(sorted, classCounts, rule));
  return blocks.filter((block) => block.length > 0);
}

/** For every class of `sorted`, the block it falls into: ascending, from 0. */
function blockNumbers(
  sorted: readonly number[],
  classCounts: readonly number[],
  rule: Exclude<ReadBlockRule, readonly (readonly number[])[]>,
): number[] {
  if (typeof rule === 'number') return blockNumbers(sorted, classCounts, { by: 'log-width', blocks: rule });
  if (rule.by === 'quantile') {
    return sorted.map((_, place) => Math.floor((place * rule.blocks) / sorted.length));
  }
  if (rule.by === 'shots') {
    const { many, few } = rule;
    return sorted.map((label) => (classCounts[label] > many ? 0 : classCounts[label] < few ? 2 : 1));
  }
  const top = Math.log(classCounts[sorted[0]]);
  const width = (top - Math.log(classCounts[sorted[sorted.length - 1]])) / rule.blocks;
  return sorted.map((label) =>
    width === 0
      ? 0
      : Math.min(rule.blocks - 1, Math.floor((top - Math.log(classCounts[label])) / width + EDGE)),
  );
}

/** The runs of equal block numbers. */
function cut(sorted: readonly number[], numbers: readonly number[]): number[][] {
  const blocks: number[][] = [];
  sorted.forEach((label, place) => {
    if (place === 0 || numbers[place] !== numbers[place - 1]) blocks.push([]);
    blocks[blocks.length - 1].push(label);
  });
  return blocks;
}

function listedBlocks(
  classCounts: readonly number[],
  sorted: readonly number[],
  lists: readonly (readonly number[])[],
): number[][] {
  const blocks = lists.map((): number[] => []);
  const blockOf = new Map(lists.flatMap((list, b) => list.map((label) => [label, blocks[b]] as const)));
  for (const label of blockOf.keys()) {
    if (label >= classCounts.length)
      throw errors.UNKNOWN_CLASS({ class: label, classes: classCounts.length });
  }
  for (const label of sorted) {
    const block = blockOf.get(label);
    if (block === undefined) throw errors.MISSING_CLASS({ class: label, count: classCounts[label] });
    block.push(label);
  }
  const imagesPerClass = (block: readonly number[]) =>
    imagesIn(block, classCounts) / Math.max(1, block.length);
  return blocks.sort((a, b) => imagesPerClass(b) - imagesPerClass(a));
}

/** Training images of a block. */
export function imagesIn(block: readonly number[], classCounts: readonly number[]): number {
  return block.reduce((sum, label) => sum + classCounts[label], 0);
}
