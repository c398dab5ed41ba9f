import { defineOptions, oneOf } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { BALANCED_SAMPLER, definePlugin, SAMPLER, TRAINABLE } from '@evenkeel/trainer-core';
import type { TrainableRule, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { EMBEDDED, embed } from './embed.js';
import { checkedSchedule, scheduleSpec } from './embedding-schedule.js';
import type { EmbeddingOptions, EmbeddingSchedule } from './embedding-schedule.js';
import { errors } from './errors.js';

/** What an embedded batch may change. */
export type EmbeddedTrains = 'all' | 'classifier' | 'statistics';

/** Options of BET. */
export interface BetOptions extends EmbeddingOptions {
  /**
   * What an embedded batch may change: everything, only the variables of the classifier, or only running statistics
   * (no weight at all). Default `all`.
   */
  readonly trains?: EmbeddedTrains;
}

/** The options of `bet`. */
export const betOptions = defineOptions('bet', errors.BAD_OPTION, {
  ...scheduleSpec,
  trains: oneOf('all', 'classifier', 'statistics').default('all'),
} satisfies SpecOf<BetOptions>);

/**
 * BET, batch embedded training: a burst of balanced batches after every few base batches. The balanced ones come from
 * the role BALANCED_SAMPLER: from a plugin such as `b3rs`, else the core's class-balanced sampler. Throws
 * `BET_BAD_OPTION`. Source: our reading (README).
 *
 * @example
 * createTrainer({ data, model, plugins: [b3rs(), bet({ every: 4 })] });
 */
export function bet(options: BetOptions = {}): TrainerPlugin {
  const { trains, ...schedule } = checkedSchedule(betOptions.read(options), betOptions);
  return definePlugin({
    name: '@evenkeel/plugin-bet',
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: inWords(schedule, trains),
    setup({ roles }) {
      roles.claim(BALANCED_SAMPLER);
      roles.decorate(SAMPLER, (base, resolve) => embed(base, resolve(BALANCED_SAMPLER), schedule));
      if (trains !== 'all') roles.contribute(TRAINABLE, embeddedTrains(trains));
    },
  });
}

/** Lets embedded batches change only the classifier or only running statistics; other batches change everything. */
export function embeddedTrains(part: Exclude<EmbeddedTrains, 'all'>): TrainableRule {
  return {
    name: `embedded batches: ${part} only`,
    trains: ({ group, kind }, tag) =>
      tag !== EMBEDDED || (part === 'classifier' ? group === 'classifier' : kind === 'statistic'),
  };
}

function inWords({ every, burst, from, until, ramp, length }: EmbeddingSchedule, trains: string): string {
  if (every === Infinity) return 'embeds no balanced batch (every: Infinity)';
  const parts = [`${burst} balanced ${burst === 1 ? 'batch' : 'batches'} after every ${every} base batches`];
  if (from > 0 || until < Infinity) parts.push(`from epoch ${from} until epoch ${until}`);
  if (ramp > 0) parts.push(`rising over ${ramp} epochs`);
  parts.push(length === 'keep' ? 'epochs keep their length' : 'epochs grow');
  if (trains !== 'all') parts.push(`embedded batches train the ${trains} only`);
  return parts.join(', ');
}
