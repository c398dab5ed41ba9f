import { check, defineOptions } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
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

const optionsOf = <Options extends object>(words: string) =>
  check<Options | false>(
    "an object of that plugin's options, or false",
    (value) => value === false || (typeof value === 'object' && value !== null && !Array.isArray(value)),
  ).optional(words);

/** The options of `endToEnd`. */
export const endToEndOptions = defineOptions('endToEnd', errors.BAD_OPTION, {
  whitening: optionsOf<WhiteningOptions>("the plugin's defaults"),
  b3rs: optionsOf<B3rsOptions>("the plugin's defaults"),
  bet: optionsOf<BetOptions>("the plugin's defaults"),
  logitAdjust: optionsOf<LogitAdjustOptions>("the plugin's defaults"),
} satisfies SpecOf<EndToEndOptions>);

/**
 * The composition of "You Only Need End-to-End Training for Long-Tailed Recognition" (arXiv 2112.05958) as plugins, in this
 * order: whitening, B3RS, BET, logit adjustment. Throws `END_TO_END_BAD_OPTION`, and what the
 * plugins throw. Source: our reading, in the README of each plugin.
 *
 * @example
 * createTrainer({ data, model, plugins: endToEnd() });
 * createTrainer({ data, model, plugins: endToEnd({ whitening: { method: 'newton' }, b3rs: false }) });
 */
export function endToEnd(options: EndToEndOptions = {}): TrainerPlugin[] {
  const given = endToEndOptions.read(options);
  return [
    given.whitening !== false && whitening(given.whitening),
    given.b3rs !== false && b3rs(given.b3rs),
    given.bet !== false && bet(given.bet),
    given.logitAdjust !== false && logitAdjust(given.logitAdjust),
  ].filter((plugin) => plugin !== false);
}
