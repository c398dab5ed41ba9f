import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { resnet10, resnet32, smallResNet } from '@evenkeel/models';
import { compileStep } from '@evenkeel/tfjs-runtime';
import { cosine, createTrainer, sgd } from '@evenkeel/trainer-core';
import type { BackboneDefinition, Dataset, PluginInput, Trainer } from '@evenkeel/trainer-core';
import type { MethodName, Settings } from './settings.js';

/** The paper's four modules: all that the second method has and the first has not. */
function modulesOf(method: MethodName): PluginInput {
  if (method === 'baseline') return [];
  return [whitening(), logitAdjust({ tau: 1 }), b3rs({ blocks: 3 }), bet({ every: 4 })];
}

/** A network for the size of the images: small grey ones, CIFAR's, larger ones. */
function backboneFor({ data }: Settings): BackboneDefinition {
  if (data === 'fashion-mnist-lt') return smallResNet();
  return data === 'folder' || data === 'tiny-imagenet-lt' ? resnet10() : resnet32();
}

/** The trainer of a method: the same data, network, recipe and budget for both; only the modules differ. */
export function trainerFor(
  method: MethodName,
  data: Dataset,
  settings: Settings,
  observers: PluginInput = [],
): Trainer {
  return createTrainer({
    data,
    model: backboneFor(settings),
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
    schedule: cosine({ base: 0.1, warmupEpochs: 1 }),
    plugins: [modulesOf(method), observers],
    compile: compileStep,
    batchSize: settings.batch,
    seed: settings.seed,
  });
}
