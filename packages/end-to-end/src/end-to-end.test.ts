import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { createTrainer } from '@evenkeel/trainer-core';
import type { PluginInput } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { endToEnd } from './end-to-end.js';
import type { EndToEndOptions } from './end-to-end.js';

beforeAll(useCpuBackend);

/** What a composition is, in words, and what it trains to. */
async function outcome(plugins: PluginInput) {
  const data = tinyDataset({ classCounts: [40, 16, 6, 2] });
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8, seed: 3, plugins });
  await trainer.fit({ epochs: 1 });
  const weights = trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]);
  const explained = trainer.explain();
  await trainer.dispose();
  return { explained, weights };
}

describe('endToEnd', () => {
  it.each<[string, EndToEndOptions | undefined, PluginInput]>([
    ['four modules', undefined, [whitening(), b3rs(), bet(), logitAdjust()]],
    [
      'modules with options',
      { whitening: { epsilon: 0.5 }, b3rs: { blocks: 2 }, bet: { every: 2 }, logitAdjust: { tau: 0.5 } },
      [whitening({ epsilon: 0.5 }), b3rs({ blocks: 2 }), bet({ every: 2 }), logitAdjust({ tau: 0.5 })],
    ],
    ['modules left out', { whitening: false, b3rs: false }, [bet(), logitAdjust()]],
    ['the others left out', { bet: false, logitAdjust: false }, [whitening(), b3rs()]],
  ])('trains as what it stands for: %s', async (_, options, plugins) => {
    expect(await outcome(endToEnd(options))).toEqual(await outcome(plugins));
  });

  it('refuses what it does not know', () => {
    expect(() => endToEnd({ whitenning: {} } as EndToEndOptions)).toThrow(
      /END_TO_END_BAD_OPTION.*'whitenning' of endToEnd.*Did you mean 'whitening'/,
    );
    for (const wrong of [true, 3, null, []]) {
      expect(() => endToEnd({ bet: wrong } as unknown as EndToEndOptions)).toThrow(
        /END_TO_END_BAD_OPTION.*'bet'.*or false, received/,
      );
      if (typeof wrong === 'object') continue;
      expect(() => endToEnd(wrong as unknown as EndToEndOptions)).toThrow(/END_TO_END_BAD_OPTION/);
    }
    expect(() => endToEnd({ bet: { every: 0 } })).toThrow(/BET_BAD_OPTION/);
  });
});
