import { compileStep } from '@evenkeel/compiled-step';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import type { CheckpointStore, StepCompiler, TrainerPlugin } from '@evenkeel/trainer-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cRT, lws, ncm, tauNorm } from './index.js';
import { firstStage, make, valuesOf } from './stages.fixture.js';

const { ready } = await nativeStatus();
const messages: string[] = [];
const compile: StepCompiler['compile'] = (step, options) =>
  compileStep(step, { ...options, onMessage: (line) => messages.push(line) });

const STAGES: readonly (readonly [name: string, stage: (from: CheckpointStore) => TrainerPlugin])[] = [
  ['cRT', (from) => cRT({ from })],
  ['lws', (from) => lws({ from })],
  ['tauNorm', (from) => tauNorm({ from })],
  ['ncm', (from) => ncm({ from, nearness: 'euclidean', features: 'centred' })],
];

describe.skipIf(!ready)(`compiled stages${ready ? '' : ', skipped: native is not set up here'}`, () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  it.each(STAGES)('give the bits of the eager run: %s', async (_name, stage) => {
    const { store } = await firstStage();
    const run = async (options: { readonly compile?: StepCompiler['compile'] }) => {
      const trainer = make(stage(store), options);
      const { steps, history } = await trainer.fit({ epochs: 4 });
      const test = await trainer.evaluate({ split: 'test' });
      const values = valuesOf(trainer);
      await trainer.dispose();
      return { steps, history, test, values };
    };
    const eager = await run({});
    expect(await run({ compile })).toEqual(eager);
    expect(eager.steps).toBe(40);
    expect(messages).toEqual([]);
  });
});
