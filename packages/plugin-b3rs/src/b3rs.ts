import { BALANCED_SAMPLER, definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { b3rsSampler } from './b3rs-sampler.js';
import { isLists } from './block-rule.js';
import type { BlockRule } from './block-rule.js';
import { b3rsSettings } from './b3rs-settings.js';
import type { B3rsOptions } from './b3rs-settings.js';

/**
 * B3RS, block-based relatively balanced batches: fills the role BALANCED_SAMPLER. Alone it makes every batch of the
 * run; beside a plugin that embeds balanced batches (`bet`) only those. Throws `B3RS_BAD_OPTION` or
 * `B3RS_REPEATED_CLASS`. Source: our reading (README).
 *
 * @example
 * createTrainer({ data, model, plugins: [b3rs({ blocks: 3, beta: 1 })] });
 */
export function b3rs(options: B3rsOptions = {}): TrainerPlugin {
  const { blocks, beta, gamma } = b3rsSettings(options);
  return definePlugin({
    name: '@evenkeel/plugin-b3rs',
    version: manifest.version,
    api: '^1.0',
    description: `relatively balanced batches: ${ruleInWords(blocks)}, beta ${beta}, gamma ${gamma}`,
    setup({ roles }) {
      roles.provide(BALANCED_SAMPLER, b3rsSampler(options));
    },
  });
}

function ruleInWords(rule: BlockRule): string {
  if (typeof rule === 'number') return `${rule} blocks of equal width in log n`;
  if (isLists(rule)) return `${rule.length} listed blocks`;
  if (rule.by === 'shots') return 'blocks by shots';
  return rule.by === 'quantile'
    ? `${rule.blocks} blocks of equal numbers of classes`
    : ruleInWords(rule.blocks);
}
