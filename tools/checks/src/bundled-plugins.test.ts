import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import { focal, logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { compileStep } from '@evenkeel/tfjs-runtime';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import { exponentialMovingAverage } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { checkBeside, checkCompiled, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';

// No plugin imports another, so that this is the place where all of them meet.
const PLUGINS: readonly (readonly [name: string, make: () => TrainerPlugin])[] = [
  ['whitening', () => whitening()],
  ['b3rs', () => b3rs({ blocks: 2 })],
  ['bet', () => bet({ every: 2 })],
  ['logitAdjust', () => logitAdjust({ tau: 1 })],
  ['focal', () => focal({ gamma: 1 })],
  ['diagnostics', () => diagnostics({ every: 1, examples: 12 })],
  ['exponentialMovingAverage', () => exponentialMovingAverage()],
];

const PAIRS = PLUGINS.flatMap(([name, factory], at) =>
  PLUGINS.slice(at + 1).map(([other, make]) => [name, other, factory, make] as const),
);

describe('bundled plugins get on with each other, in both list orders', () => {
  beforeAll(useCpuBackend);

  it.each(PAIRS)('%s and %s', async (_name, other, factory, make) => {
    expect(await checkBeside({ factory, epochs: 1 }, other, make)).toEqual([]);
  });
});

const { ready } = await nativeStatus();

describe.skipIf(!ready)(
  `bundled plugins compiled${ready ? '' : ', skipped: native is not set up here'}`,
  () => {
    const messages: string[] = [];
    const compiled = {
      compile: ((step, options) =>
        compileStep(step, { ...options, onMessage: (line) => messages.push(line) })) as typeof compileStep,
      prepare: () => Promise.resolve(true),
    };
    beforeAll(async () => {
      await useBackend('native', { onMessage: () => undefined });
    });

    it.each(PLUGINS)('%s trains as it trains eagerly', async (_name, factory) => {
      expect(await checkCompiled({ factory, compiled })).toEqual([]);
      expect(messages).toEqual([]);
    });
  },
);
