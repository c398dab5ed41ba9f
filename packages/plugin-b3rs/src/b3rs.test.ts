import { BALANCED_SAMPLER, createTrainer, definePlugin } from '@evenkeel/trainer-core';
import type { PluginInput } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { b3rs } from './b3rs.js';

beforeAll(useCpuBackend);

/** Trains one epoch; gives the tags of its batches and the lines of `explain()`. */
async function trained(plugins: PluginInput): Promise<{ tags: string[]; explained: string }> {
  const data = tinyDataset({ classCounts: [40, 12, 4] });
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8, plugins });
  const tags: string[] = [];
  trainer.hooks.batch$.subscribe((event) => {
    if (event.type === 'batch-end') tags.push(event.tag);
  });
  await trainer.fit({ epochs: 1 });
  const explained = trainer.explain();
  await trainer.dispose();
  return { tags, explained };
}

describe('b3rs in a trainer', () => {
  it('makes every batch when it is alone, and explain() says so', async () => {
    const { tags, explained } = await trained([b3rs()]);
    expect(tags).toEqual(new Array(7).fill('balanced'));
    expect(explained).toMatch(/ SAMPLER +b3rs \(BALANCED_SAMPLER, since no plugin embeds it\)/);
    expect(explained).toMatch(/ BALANCED_SAMPLER +b3rs \(@evenkeel\/plugin-b3rs\)/);
  });

  it('leaves the base batches alone beside a plugin that embeds balanced ones', async () => {
    const embedder = definePlugin({
      name: 'embedder',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.claim(BALANCED_SAMPLER),
    });
    const { tags, explained } = await trained([b3rs(), embedder]);
    expect(tags).toEqual(new Array(7).fill('base'));
    expect(explained).toMatch(/ SAMPLER +instance-balanced/);
    expect(explained).toMatch(/ BALANCED_SAMPLER +b3rs \(@evenkeel\/plugin-b3rs\), used inside embedder/);
  });
});
