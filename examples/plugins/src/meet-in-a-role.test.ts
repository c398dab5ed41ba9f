import { createTrainer } from '@evenkeel/trainer-core';
import type { PluginInput } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, expect, it } from 'vitest';
import { tempered, warm } from './meet-in-a-role.js';

beforeAll(useCpuBackend);

describePlugin('warm', warm, { beside: { tempered } });

const trainerWith = (plugins: PluginInput) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 6, seed: 3, plugins });

async function lossOf(plugins: PluginInput): Promise<number> {
  const trainer = trainerWith(plugins);
  const { history } = await trainer.fit({ epochs: 1 });
  await trainer.dispose();
  return history[0].loss;
}

it('brings two plugins together that do not import each other, in any list order', async () => {
  const trainer = trainerWith([tempered(), warm()]);
  expect(trainer.explain()).toMatch(/lab\/TEMPERATURE .*lab-warm/);
  expect(trainer.explain()).toContain('at temperature 2');
  await trainer.dispose();
  expect(await lossOf([tempered(), warm()])).not.toBe(await lossOf([]));
});

it('takes its default where nobody fills the role', async () => {
  const trainer = trainerWith([tempered()]);
  expect(trainer.explain()).toMatch(/lab\/TEMPERATURE .*default/);
  expect(trainer.explain()).toContain('at temperature 1');
  await trainer.dispose();
});
