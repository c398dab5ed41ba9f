import { BALANCED_SAMPLER, definePlugin, INSPECTORS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { samplerOf } from './b3rs-sampler.js';
import { blocksInspector } from './blocks-inspector.js';
import { isLists } from './block-rule.js';
import type { BlockRule } from './block-rule.js';
import { b3rsSettings } from './b3rs-settings.js';
import type { B3rsOptions } from './b3rs-settings.js';

/**
 * B3RS, block-based relatively balanced batches: fills the role BALANCED_SAMPLER. Alone it makes every batch of the
 * run; beside a plugin that embeds balanced batches (`bet`) only those. Throws `B3RS_BAD_OPTION`,
 * `B3RS_REPEATED_CLASS`, `B3RS_BETA_AND_SHARES` or `B3RS_SHARES_LENGTH`. Source: our reading (README).
 *
 * @example
 * createTrainer({ data, model, plugins: [b3rs({ blocks: 3, beta: 1 })] });
 */
export function b3rs(options: B3rsOptions = {}): TrainerPlugin {
  const settings = b3rsSettings(options);
  const { blocks, beta, gamma, shares } = settings;
  const balance = shares ? `shares ${shares.join(' : ')}` : `beta ${beta}`;
  return definePlugin({
    name: '@evenkeel/plugin-b3rs',
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `relatively balanced batches: ${ruleInWords(blocks)}, ${balance}, gamma ${gamma}`,
    setup({ roles }) {
      roles.provide(BALANCED_SAMPLER, samplerOf(settings));
      roles.contribute(INSPECTORS, blocksInspector(settings.blocks));
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
