import { compileStep } from '@evenkeel/compiled-step';
import { endToEnd } from '@evenkeel/end-to-end';
import { resnet10, resnet32, smallResNet } from '@evenkeel/models';
import { cosine, createTrainer, sgd } from '@evenkeel/trainer-core';
import type { BackboneDefinition, Dataset, PluginInput, Trainer } from '@evenkeel/trainer-core';
import type { MethodName, Settings } from './settings.js';

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
    // The paper's four modules: all that the second method has and the first has not.
    plugins: [method === 'end-to-end' && endToEnd(), observers],
    compile: compileStep,
    batchSize: settings.batch,
    seed: settings.seed,
  });
}
