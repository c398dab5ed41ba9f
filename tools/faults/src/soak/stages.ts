import { join } from 'node:path';
import { compileStep } from '@evenkeel/compiled-step';
import { smallResNet } from '@evenkeel/models';
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
import {
  adamW,
  clipByGlobalNorm,
  createTrainer,
  cutout,
  definePlugin,
  exponentialMovingAverage,
  GRADIENT_TRANSFORMS,
  microBatches,
  mixup,
} from '@evenkeel/trainer-core';
import type { PluginInput, Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import {
  checkpointFile,
  fileCheckpoints,
  metricsFile,
  progressBar,
  saveOnInterrupt,
} from '@evenkeel/trainer-core/node';
import { tinyDataset } from '@evenkeel/trainer-testing';

/** Clips gradients; transforms of the core come in a plugin. */
const clipping = () =>
  definePlugin({
    name: 'clipping',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.contribute(GRADIENT_TRANSFORMS, clipByGlobalNorm(5)),
  });

/** A run of the soak. */
export interface Stage {
  readonly name: string;
  /** Its part of the steps of the longest one. */
  readonly share: number;
  /** Whether it trains; what does not is evaluated again and again. */
  readonly trains: boolean;
  make(): Trainer;
}

/** Batches of an epoch; so many as the data below gives. */
export const BATCHES = 50;

/**
 * The method with everything that goes with it, for all the steps; then what cannot be in one run with it, a 25th
 * each; then the second stages, from the checkpoint of the first.
 */
export function soakStages(folder: string): readonly Stage[] {
  const data = tinyDataset({ classCounts: [280, 80, 30, 10], exampleShape: [8, 8, 1] });
  const make = (plugins: PluginInput, options: Partial<TrainerOptions> = {}) =>
    createTrainer({
      data,
      model: smallResNet({ width: 4 }),
      compile: compileStep,
      batchSize: 8,
      seed: 1,
      ...options,
      plugins,
    });
  const silent = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
  const checkpoints = join(folder, 'checkpoints');
  const from = () => checkpointFile(checkpoints);
  const part = (name: string, of: () => Trainer, trains = true): Stage => ({
    name,
    share: 1 / 25,
    trains,
    make: of,
  });
  return [
    {
      name: 'the method',
      share: 1,
      trains: true,
      make: () =>
        make([
          [whitening(), logitAdjust(), b3rs(), bet()],
          [exponentialMovingAverage(), mixup({ alpha: 0.2 }), cutout({ size: 2 })],
          [clipping(), diagnostics({ every: 20, examples: 40 })],
          fileCheckpoints({ folder: checkpoints, everySteps: 500, keepLast: 2 }),
          metricsFile({ path: join(folder, 'metrics.jsonl'), everySteps: 500 }),
          [progressBar({ stream: silent }), saveOnInterrupt({ stream: silent })],
        ]),
    },
    part('balanced softmax, whitening by Newton', () =>
      make([balancedSoftmax(), whitening({ method: 'newton' })]),
    ),
    part('post-hoc adjustment, Cholesky', () =>
      make([postHocLogitAdjust(), whitening({ method: 'cholesky' })]),
    ),
    part('LDAM, deferred reweighting', () => make([ldam(), deferredReweighting({ from: 0.5 })])),
    part('class-balanced loss, micro-batches', () => make([classBalancedLoss(), microBatches({ size: 4 })])),
    part('focal loss, AdamW', () => make([focal()], { optimizer: adamW() })),
    part('label-aware smoothing, op by op', () => make([labelAwareSmoothing()], { compile: undefined })),
    part('cRT', () => make([whitening(), cRT({ from: from() })])),
    part('LWS', () => make([whitening(), lws({ from: from() })])),
    part('τ-normalisation', () => make([whitening(), tauNorm({ from: from(), tau: 0.5 })]), false),
    part('nearest means', () => make([whitening(), ncm({ from: from() })]), false),
  ];
}
