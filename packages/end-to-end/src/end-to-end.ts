import { b3rs } from '@evenkeel/plugin-b3rs';
import type { B3rsOptions } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import type { BetOptions } from '@evenkeel/plugin-bet';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import type { LogitAdjustOptions } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import type { WhiteningOptions } from '@evenkeel/plugin-whitening';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of each module; `false` leaves it out, and what is not given has the module's defaults. */
export interface EndToEndOptions {
  /** Whitening before the classifier. */
  readonly whitening?: WhiteningOptions | false;
  /** Block-based relatively balanced batches. Without them BET embeds class-balanced batches. */
  readonly b3rs?: B3rsOptions | false;
  /** Balanced batches embedded among ordinary ones. Without it every batch is relatively balanced. */
  readonly bet?: BetOptions | false;
  /** Logit adjustment in the loss. */
  readonly logitAdjust?: LogitAdjustOptions | false;
}

/** The modules in their order in the list of plugins. */
const MODULES = { whitening, b3rs, bet, logitAdjust };

/**
 * The composition of "You Only Need End-to-End Training for Long-Tailed Recognition" (arXiv 2112.05958) as plugins, in this
 * order: whitening, B3RS, BET, logit adjustment. Throws `END_TO_END_UNKNOWN_MODULE`, `END_TO_END_BAD_OPTIONS`, and what the
 * plugins throw. Source: our reading, in the README of each plugin.
 *
 * @example
 * createTrainer({ data, model, plugins: endToEnd() });
 * createTrainer({ data, model, plugins: endToEnd({ whitening: { method: 'newton' }, b3rs: false }) });
 */
export function endToEnd(options: EndToEndOptions = {}): TrainerPlugin[] {
  const known = Object.keys(MODULES);
  for (const [module, given] of Object.entries(options) as [string, unknown][]) {
    if (!known.includes(module)) throw errors.UNKNOWN_MODULE({ received: module, known });
    if (given !== undefined && given !== false && (typeof given !== 'object' || given === null)) {
      throw errors.BAD_OPTIONS({ module, received: given });
    }
  }
  return [
    options.whitening !== false && whitening(options.whitening),
    options.b3rs !== false && b3rs(options.b3rs),
    options.bet !== false && bet(options.bet),
    options.logitAdjust !== false && logitAdjust(options.logitAdjust),
  ].filter((plugin) => plugin !== false);
}
