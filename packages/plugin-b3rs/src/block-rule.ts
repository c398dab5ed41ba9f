import { list, number, variants, whole } from '@evenkeel/errors';
import type { Option } from '@evenkeel/errors';
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

const blocks = { blocks: whole(1) };

/** What the rule may be, whatever the data. */
export const blockRule = whole(1)
  .or(
    list(list(whole())).where(
      'lists of classes, at least one class in all',
      (lists) => lists.flat().length > 0,
    ),
  )
  .or(
    variants('by', {
      'log-width': blocks,
      quantile: blocks,
      shots: { many: number({ min: 0 }).default(100), few: number({ min: 0 }).default(20) },
    }),
  );

/** A rule whose defaults are filled in. */
export type ReadBlockRule = typeof blockRule extends Option<infer Rule> ? Rule : never;

/** The rule, unless it contradicts itself; throws `B3RS_BAD_OPTION`, made by `refuse`, or `B3RS_REPEATED_CLASS`. */
export function checkedRule(
  rule: ReadBlockRule,
  refuse: (expected: string, received: unknown) => Error,
): ReadBlockRule {
  if (typeof rule === 'number') return rule;
  if (isLists(rule)) {
    const seen = new Set<number>();
    for (const label of rule.flat()) {
      if (seen.has(label)) throw errors.REPEATED_CLASS({ class: label });
      seen.add(label);
    }
  } else if (rule.by === 'shots' && rule.few > rule.many) {
    throw refuse("thresholds with 'few' of at most 'many'", rule);
  }
  return rule;
}
