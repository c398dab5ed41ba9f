import { compileStep } from '@evenkeel/compiled-step';
import { endToEnd } from '@evenkeel/end-to-end';
import { resnet10, resnet32, smallResNet } from '@evenkeel/models';
import { cosine, createTrainer, sgd } from '@evenkeel/trainer-core';
import type { BackboneDefinition, Dataset, PluginInput, Trainer } from '@evenkeel/trainer-core';
import type { DataName, TrainSettings } from './settings.js';

/** Methods by name: what each adds to plain training. */
export type TrainMethods = Readonly<Record<string, () => PluginInput>>;

/** What is trained unless other methods are given: nothing added, and the paper's four modules. */
export const TRAIN_METHODS: TrainMethods = { baseline: () => [], 'end-to-end': () => endToEnd() };

/** A network for the size of the images: small grey ones, CIFAR's, larger ones. */
export function backboneFor(data: DataName): BackboneDefinition {
  if (data === 'fashion-mnist-lt') return smallResNet();
  return data === 'folder' || data === 'tiny-imagenet-lt' ? resnet10() : resnet32();
}

/** The trainer of a method: the same data, network, recipe and budget for all; only what the method adds differs. */
export function trainerFor(
  method: PluginInput,
  data: Dataset,
  settings: Pick<TrainSettings, 'data' | 'batch' | 'seed'>,
  observers: PluginInput = [],
): Trainer {
  return createTrainer({
    data,
    model: backboneFor(settings.data),
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
    schedule: cosine({ base: 0.1, warmupEpochs: 1 }),
    plugins: [method, observers],
    compile: compileStep,
    batchSize: settings.batch,
    seed: settings.seed,
  });
}
