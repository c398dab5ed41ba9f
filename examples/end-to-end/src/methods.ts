import { compileStep } from '@evenkeel/compiled-step';
import { endToEnd } from '@evenkeel/end-to-end';
import { resnet32, smallResNet } from '@evenkeel/models';
import { cosine, createTrainer, sgd } from '@evenkeel/trainer-core';
import type { Dataset, PluginInput, Trainer } from '@evenkeel/trainer-core';
import type { MethodName, Settings } from './settings.js';

/** The trainer of a method: the same data, network, recipe and budget for both; only the modules differ. */
export function trainerFor(
  method: MethodName,
  data: Dataset,
  settings: Settings,
  observers: PluginInput = [],
): Trainer {
  return createTrainer({
    data,
    model: settings.data === 'fashion-mnist-lt' ? smallResNet() : resnet32(),
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
    schedule: cosine({ base: 0.1, warmupEpochs: 1 }),
    // The paper's four modules: all that the second method has and the first has not.
    plugins: [method === 'end-to-end' && endToEnd(), observers],
    compile: compileStep,
    batchSize: settings.batch,
    seed: settings.seed,
  });
}
