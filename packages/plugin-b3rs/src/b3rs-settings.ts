import { checkBlockRule } from './block-rule.js';
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

/** Options with their defaults, checked. */
export type B3rsSettings = Required<B3rsOptions>;

/** Fills in the defaults; throws `B3RS_BAD_OPTION` or `B3RS_REPEATED_CLASS`. */
export function b3rsSettings(options: B3rsOptions = {}): B3rsSettings {
  const { blocks = 3, beta = 1, gamma = 0 } = options;
  checkBlockRule(blocks);
  for (const [option, received] of Object.entries({ beta, gamma })) {
    if (typeof received !== 'number' || !(received >= 0 && received <= 1))
      throw errors.BAD_OPTION({ option, expected: 'a number in 0 .. 1', received });
  }
  return { blocks, beta, gamma };
}
