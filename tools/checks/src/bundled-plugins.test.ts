import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fromTfOptimizer } from '@evenkeel/interop';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { cRT, lws, ncm, tauNorm } from '@evenkeel/plugin-decouple';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import {
  balancedSoftmax,
  classBalancedLoss,
  deferredReweighting,
  focal,
  labelAwareSmoothing,
  ldam,
  logitAdjust,
  postHocLogitAdjust,
} from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { compileStep } from '@evenkeel/compiled-step';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import {
  CHECKPOINTS,
  createTrainer,
  definePlugin,
  exponentialMovingAverage,
  memoryCheckpoints,
} from '@evenkeel/trainer-core';
import type { CheckpointSource, TrainerPlugin } from '@evenkeel/trainer-core';
import { metricsFile, progressBar, saveOnInterrupt } from '@evenkeel/trainer-core/node';
import {
  checkBeside,
  checkCompiled,
  describePlugin,
  tinyBackbone,
  tinyDataset,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import { train } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-bundled-'));
afterAll(() => rmSync(scratch, { recursive: true }));

// No plugin imports another, so that this is the place where all of them meet.
const PLUGINS: readonly (readonly [name: string, make: () => TrainerPlugin])[] = [
  ['whitening', () => whitening()],
  ['b3rs', () => b3rs({ blocks: 2 })],
  ['bet', () => bet({ every: 2 })],
  ['logitAdjust', () => logitAdjust({ tau: 1 })],
  ['postHocLogitAdjust', () => postHocLogitAdjust()],
  ['balancedSoftmax', () => balancedSoftmax()],
  ['ldam', () => ldam()],
  ['deferredReweighting', () => deferredReweighting({ from: 0.5 })],
  ['classBalancedLoss', () => classBalancedLoss()],
  ['focal', () => focal({ gamma: 1 })],
  ['labelAwareSmoothing', () => labelAwareSmoothing()],
  ['diagnostics', () => diagnostics({ every: 1, examples: 12 })],
  ['fromTfOptimizer', () => fromTfOptimizer((learningRate) => train.momentum(learningRate, 0.9))],
  ['exponentialMovingAverage', () => exponentialMovingAverage()],
];

const PAIRS = PLUGINS.flatMap(([name, factory], at) =>
  PLUGINS.slice(at + 1).map(([other, make]) => [name, other, factory, make] as const),
);

const trainer = { data: tinyDataset({ validationPerClass: 4 }), model: tinyBackbone(), batchSize: 4 };

/** The checkpoint of a first stage that was trained with a plugin. */
async function firstStage(plugin: TrainerPlugin): Promise<CheckpointSource> {
  const store = memoryCheckpoints();
  const keep = definePlugin({
    name: 'keep',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
  });
  const first = createTrainer({ ...trainer, plugins: [plugin, keep] });
  await first.fit({ epochs: 1 });
  await first.save();
  await first.dispose();
  return store;
}

// The kit of the core's own plugins runs here, since the kit depends on the core.
const stream = () => Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.WriteStream;
describePlugin('exponentialMovingAverage', () => exponentialMovingAverage());
describePlugin('metricsFile', () => metricsFile({ path: join(scratch, 'metrics.jsonl') }), {
  observer: true,
});
describePlugin('progressBar', () => progressBar({ stream: stream() }), { observer: true });
describePlugin('saveOnInterrupt', () => saveOnInterrupt({ stream: stream() }), { observer: true });

describe('bundled plugins get on with each other, in both list orders', () => {
  beforeAll(useCpuBackend);

  it.each(PAIRS)('%s and %s', async (_name, other, factory, make) => {
    expect(await checkBeside({ factory, epochs: 1 }, other, make)).toEqual([]);
  });

  it.each(PLUGINS)('every second stage and %s', async (other, make) => {
    const from = await firstStage(make());
    for (const stage of [cRT, lws, tauNorm, ncm]) {
      const kit = { factory: () => stage({ from }), epochs: 1, trainer };
      expect(await checkBeside(kit, other, make)).toEqual([]);
    }
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
