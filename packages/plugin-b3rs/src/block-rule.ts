import { errors } from './errors.js';

/**
 * How classes, sorted by count, are cut into contiguous blocks:
 * - a number: that many blocks of equal width in log n (short for `by: 'log-width'`);
 * - `log-width`: equal width in log n between the smallest and the largest count;
 * - `quantile`: equal numbers of classes, larger blocks first where they cannot be equal;
 * - `shots`: many-shot classes with more than `many` (default 100) images, few-shot ones with fewer than `few`
 *   (default 20), medium-shot ones between;
 * - a list of lists of classes: the blocks themselves, in any order, every class with images once.
 */
export type BlockRule =
  | number
  | { readonly by: 'log-width'; readonly blocks: number }
  | { readonly by: 'quantile'; readonly blocks: number }
  | { readonly by: 'shots'; readonly many?: number; readonly few?: number }
  | readonly (readonly number[])[];

/** Whether a rule names the classes of every block itself. */
export function isLists(rule: BlockRule): rule is readonly (readonly number[])[] {
  return Array.isArray(rule);
}

/** Throws `B3RS_BAD_OPTION` or `B3RS_REPEATED_CLASS` unless the rule is one, whatever the data. */
export function checkBlockRule(rule: BlockRule): void {
  if (typeof rule === 'number') return checkNumber('blocks', rule);
  if (isLists(rule)) return checkLists(rule);
  if (rule?.by === 'log-width' || rule?.by === 'quantile') return checkNumber('blocks.blocks', rule.blocks);
  if (rule?.by === 'shots') return checkThresholds(rule.many ?? 100, rule.few ?? 20);
  const expected = "a number of blocks, lists of classes, or a rule by 'log-width', 'quantile' or 'shots'";
  throw errors.BAD_OPTION({ option: 'blocks', expected, received: rule });
}

function checkNumber(option: string, received: number): void {
  if (!Number.isInteger(received) || received < 1)
    throw errors.BAD_OPTION({ option, expected: 'a whole number of blocks, 1 or more', received });
}

function checkThresholds(many: number, few: number): void {
  if (!(few >= 0 && many >= few))
    throw errors.BAD_OPTION({
      option: 'blocks',
      expected: 'thresholds with 0 <= few <= many',
      received: { many, few },
    });
}

function checkLists(lists: readonly (readonly number[])[]): void {
  const seen = new Set<number>();
  for (const label of lists.flat()) {
    if (!Number.isInteger(label) || label < 0)
      throw errors.BAD_OPTION({ option: 'blocks', expected: 'lists of class indices', received: label });
    if (seen.has(label)) throw errors.REPEATED_CLASS({ class: label });
    seen.add(label);
  }
  if (seen.size === 0)
    throw errors.BAD_OPTION({ option: 'blocks', expected: 'at least one class in a block', received: lists });
}
