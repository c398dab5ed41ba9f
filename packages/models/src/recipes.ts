import { heNormal, linearClassifier, multiStep, oneCycle, sgd } from '@evenkeel/trainer-core';
import type { ClassifierDefinition, OptimizerDefinition, Schedule } from '@evenkeel/trainer-core';

/** How long and how a network is trained: options of `createTrainer`, and the epochs for `fit`. */
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
  /** The budget; default 10. */
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

/**
 * A small budget used well: one cycle of the learning rate over `epochs` epochs, and the trainer's default classifier; else
 * as {@link ldamRecipe}. For comparing methods, not for comparing with published numbers. Throws TRAINER_OPTION_BAD_VALUE. Source: our choice.
 */
export function quickRecipe({ epochs = 10, peak = 0.1 }: QuickRecipeOptions = {}): Recipe {
  const { batchSize, optimizer } = ldamRecipe();
  return { name: 'quick', epochs, batchSize, optimizer, schedule: oneCycle({ peak }) };
}
