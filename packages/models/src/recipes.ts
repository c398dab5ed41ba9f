import { defineOptions, number, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { heNormal, linearClassifier, multiStep, oneCycle, sgd } from '@evenkeel/trainer-core';
import type { ClassifierDefinition, OptimizerDefinition, Schedule } from '@evenkeel/trainer-core';
import { modelErrors } from './errors.js';

/** How long and how a network is trained: `batchSize`, `optimizer` and `schedule` for `createTrainer`, `epochs` for `fit`. */
export interface Recipe {
  /** Shown in results. */
  readonly name: string;
  readonly epochs: number;
  /** Examples per batch. */
  readonly batchSize: number;
  readonly optimizer: OptimizerDefinition;
  readonly schedule: Schedule;
  /**
   * The classifier with the recipe's initial values; absent: the default of `createTrainer`. Leave it out where a plugin
   * brings a classifier (`ldam()`, `ncm()`), and in a second stage such as `cRT()`, which is published with the default.
   */
  readonly classifier?: ClassifierDefinition;
}

/** What the quick recipe leaves open. */
export interface QuickRecipeOptions {
  /** The budget, 0 (nothing is trained) or more; default 10. */
  readonly epochs?: number;
  /** Highest learning rate; default 0.1. */
  readonly peak?: number;
}

/**
 * The published recipe of long-tailed CIFAR: 200 epochs, batches of 128, SGD with momentum 0.9 and weight decay 2e-4, learning
 * rate 0.1 after 5 epochs of warm-up, times 0.01 at epochs 160 and 180. The classifier is linear; its kernel `[features, classes]`
 * starts from N(0, 2 / features), as convolutions do, its bias from U(−1/√features, 1/√features). Source: the code of Cao et
 * al., LDAM-DRW, NeurIPS 2019 (`cifar_train.py`, and `_weights_init` in `models/resnet_cifar.py`).
 */
export function ldamRecipe(): Recipe & Required<Pick<Recipe, 'classifier'>> {
  return {
    name: 'ldam',
    epochs: 200,
    batchSize: 128,
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
    schedule: multiStep({ base: 0.1, warmupEpochs: 5, drops: { 160: 0.01, 180: 0.01 } }),
    classifier: { ...linearClassifier({ initializer: heNormal() }), name: 'linear (Kaiming normal)' },
  };
}

/** The options of `quickRecipe`. */
export const quickRecipeOptions = defineOptions('quickRecipe', modelErrors.BAD_OPTION, {
  epochs: whole().default(10),
  peak: number({ above: 0 }).default(0.1),
} satisfies SpecOf<QuickRecipeOptions>);

/**
 * A small budget used well: one cycle of the learning rate over `epochs` epochs, and the trainer's default classifier; else as {@link ldamRecipe}. For
 * comparing methods, not for comparing with published numbers. Throws `MODELS_BAD_OPTION`. Source: our choice.
 */
export function quickRecipe(options: QuickRecipeOptions = {}): Recipe {
  const { epochs, peak } = quickRecipeOptions.read(options);
  const { batchSize, optimizer } = ldamRecipe();
  return { name: 'quick', epochs, batchSize, optimizer, schedule: oneCycle({ peak }) };
}
