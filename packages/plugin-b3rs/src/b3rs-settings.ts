import { defineOptions, number } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import { blockRule, checkedRule } from './block-rule.js';
import type { BlockRule } from './block-rule.js';
import { errors } from './errors.js';

/** Options of B3RS. */
export interface B3rsOptions {
  /** How classes are cut into blocks; default 3: three blocks of equal width in log n. */
  readonly blocks?: BlockRule;
  /** How far the blocks are balanced, 0 (by images) .. 1 (by classes); default 1. */
  readonly beta?: number;
  /** How far the classes within a block are balanced, 0 (natural) .. 1 (equal); default 0. */
  readonly gamma?: number;
}

/** The options of `b3rs`, and of `b3rsSampler`. */
export const b3rsOptions = defineOptions('b3rs', errors.BAD_OPTION, {
  blocks: blockRule.default(3),
  beta: number({ min: 0, max: 1 }).default(1),
  gamma: number({ min: 0, max: 1 }).default(0),
} satisfies SpecOf<B3rsOptions>);

/** Options with their defaults, checked. */
export type B3rsSettings = ReadOptions<typeof b3rsOptions.spec>;

/** Fills in the defaults; throws `B3RS_BAD_OPTION` or `B3RS_REPEATED_CLASS`. */
export function b3rsSettings(options: B3rsOptions = {}): B3rsSettings {
  const settings = b3rsOptions.read(options);
  checkedRule(settings.blocks, (expected, received) => b3rsOptions.refuse('blocks', expected, received));
  return settings;
}
