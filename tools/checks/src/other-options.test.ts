import { resnet10, smallResNet } from '@evenkeel/models';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import {
  classBalancedLoss,
  focal,
  labelAwareSmoothing,
  ldam,
  logitAdjust,
  postHocLogitAdjust,
} from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import {
  CHECKPOINTS,
  createTrainer,
  cutout,
  definePlugin,
  exponentialMovingAverage,
  memoryCheckpoints,
  microBatches,
  mixup,
  oneCycle,
  progressive,
  squareRoot,
} from '@evenkeel/trainer-core';
import type { CheckpointStore, TrainerOptions } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, expect, it } from 'vitest';

beforeAll(useCpuBackend);

type Options = Partial<TrainerOptions>;
const plugins = (...made: NonNullable<TrainerOptions['plugins']>[]): Options => ({ plugins: made });
const images = tinyDataset({ exampleShape: [8, 8, 3] });
const model = (made: TrainerOptions['model']): Options => ({ data: images, model: made });

/** What is trained with, and the same with another option; a run with one is not a run with the other. */
const OTHERS: readonly (readonly [what: string, Options, Options])[] = [
  ['logitAdjust, tau', plugins(logitAdjust()), plugins(logitAdjust({ tau: 2 }))],
  ['logitAdjust, prior', plugins(logitAdjust()), plugins(logitAdjust({ prior: [0.5, 0.3, 0.2] }))],
  ['postHocLogitAdjust, tau', plugins(postHocLogitAdjust()), plugins(postHocLogitAdjust({ tau: 2 }))],
  ['ldam, prior', plugins(ldam()), plugins(ldam({ prior: [0.5, 0.3, 0.2] }))],
  ['focal, prior', plugins(focal({ beta: 0.9 })), plugins(focal({ beta: 0.9, prior: 'dataset' }))],
  ['classBalancedLoss, beta', plugins(classBalancedLoss()), plugins(classBalancedLoss({ beta: 0.9 }))],
  [
    'labelAwareSmoothing, prior',
    plugins(labelAwareSmoothing()),
    plugins(labelAwareSmoothing({ prior: 'sampler' })),
  ],
  ['whitening, epsilon', plugins(whitening()), plugins(whitening({ epsilon: 0.5 }))],
  ['whitening, statistics', plugins(whitening()), plugins(whitening({ statistics: ['base'] }))],
  ['bet, every', plugins(bet({ every: 2 })), plugins(bet({ every: 3 }))],
  ['bet, until', plugins(bet({ every: 2 })), plugins(bet({ every: 2, until: 5 }))],
  ['b3rs, blocks', plugins(b3rs()), plugins(b3rs({ blocks: 2 }))],
  ['b3rs, inside bet', plugins(b3rs(), bet({ every: 2 })), plugins(b3rs({ beta: 0.5 }), bet({ every: 2 }))],
  ['mixup, alpha', plugins(mixup({ alpha: 0.2 })), plugins(mixup({ alpha: 0.8 }))],
  [
    'cutout, size',
    { data: images, ...plugins(cutout({ size: 2 })) },
    { data: images, ...plugins(cutout({ size: 4 })) },
  ],
  ['averages, decay', plugins(exponentialMovingAverage()), plugins(exponentialMovingAverage({ decay: 0.9 }))],
  [
    'averages, warmup',
    plugins(exponentialMovingAverage()),
    plugins(exponentialMovingAverage({ warmup: false })),
  ],
  ['microBatches', plugins(microBatches({ size: 2 })), plugins(microBatches({ size: 4 }))],
  ['oneCycle, peak', { schedule: oneCycle({ peak: 0.1 }) }, { schedule: oneCycle({ peak: 0.2 }) }],
  ['samplers', { sampler: squareRoot() }, { sampler: progressive() }],
  ['smallResNet, decayNorm', model(smallResNet()), model(smallResNet({ decayNorm: false }))],
  ['resnet10, decayNorm', model(resnet10({ width: 2 })), model(resnet10({ width: 2, decayNorm: false }))],
];

it.each(OTHERS)('%s: a run does not resume with another', async (_what, mine, other) => {
  const store = memoryCheckpoints();
  const saving = trainerWith(store, mine);
  await saving.save();
  await saving.dispose();
  const [same, changed] = [trainerWith(store, mine), trainerWith(store, other)];
  await same.resume();
  await expect(changed.resume()).rejects.toThrow('TRAINER_CHECKPOINT_MISMATCH');
  for (const trainer of [same, changed]) await trainer.dispose();
});

function trainerWith(store: CheckpointStore, options: Options) {
  const keep = definePlugin({
    name: 'keep',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
  });
  return createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    ...options,
    plugins: [options.plugins, keep],
  });
}
