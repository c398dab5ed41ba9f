import {
  CHECKPOINTS,
  clipByGlobalNorm,
  createTrainer,
  definePlugin,
  GRADIENT_TRANSFORMS,
  memoryCheckpoints,
} from '@evenkeel/trainer-core';
import type { PluginInput } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { gradientNorm } from './gradient-norm.js';

describePlugin('gradientNorm', gradientNorm, { compiled, microBatches: true, observer: true });

const NAME = 'gradient norm';
const make = (plugins: PluginInput) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 6, plugins });
async function norms(plugins: PluginInput) {
  const trainer = make(plugins);
  const [steps, epochs]: [number[], number[]] = [[], []];
  trainer.hooks.events$.subscribe((event) => {
    if (event.type === 'step-end') steps.push(event.logged[NAME]);
    if (event.type === 'epoch-end') epochs.push(event.logged[NAME]);
  });
  await trainer.fit({ epochs: 1, evaluateEvery: 0 });
  await trainer.dispose();
  return { steps, epochs };
}

describe('gradientNorm', () => {
  beforeAll(useCpuBackend);

  it('logs the norm of every step, and the epoch has their mean', async () => {
    const { steps, epochs } = await norms([gradientNorm()]);
    expect(steps).toHaveLength(6);
    expect(steps.every((norm) => norm > 0)).toBe(true);
    expect(epochs[0]).toBeCloseTo(steps.reduce((sum, norm) => sum + norm, 0) / 6);
  });

  it('measures at its place among the plugins that change gradients', async () => {
    const clip = definePlugin({
      name: 'clip',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.contribute(GRADIENT_TRANSFORMS, clipByGlobalNorm(0.01)),
    });
    const [before, after] = [await norms([gradientNorm(), clip]), await norms([clip, gradientNorm()])];
    expect(before.steps[0]).toBeGreaterThan(0.01);
    for (const norm of after.steps) expect(norm).toBeCloseTo(0.01, 6);
  });

  it('comes and goes between resumes', async () => {
    const store = memoryCheckpoints();
    const storing = definePlugin({
      name: 'storing',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
    });
    for (const [saves, resumes] of [
      [[gradientNorm(), storing], [storing]],
      [[storing], [gradientNorm(), storing]],
    ]) {
      const [first, second] = [make(saves), make(resumes)];
      await first.save();
      expect(await second.resume()).toBe(true);
      for (const trainer of [first, second]) await trainer.dispose();
    }
  });
});
