import { imagenetLTRecipe, ldamRecipe, quickRecipe } from '@evenkeel/models';
import type { TrainerOptions } from '@evenkeel/trainer-core';
import type { Method } from './methods.js';
import type { GridIdentity } from './settings.js';

/** A second stage has its own number of epochs, never more than the first. */
export function epochsOf(method: Method, settings: GridIdentity): number {
  return Math.min(method.epochs ?? settings.epochs, settings.epochs);
}

/**
 * How a method is trained under these settings. The published recipe of CIFAR is one of 200 epochs and of first stages: a second
 * stage has its own short budget, under one cycle of the learning rate, and starts its classifier as it is published, from the
 * trainer's default. A method that brings its classifier keeps it under every recipe. ImageNet-LT's recipe is that of both
 * stages, its cosine starting again with the second (Kang et al., ICLR 2020).
 */
export function recipeOf(
  method: Method,
  settings: GridIdentity,
): Pick<TrainerOptions, 'batchSize' | 'classifier' | 'optimizer' | 'schedule'> {
  if (settings.recipe === 'imagenet-lt') {
    const { batchSize, optimizer, schedule } = imagenetLTRecipe();
    return { batchSize, optimizer, schedule };
  }
  const published = settings.recipe === 'ldam' && method.base === undefined;
  const epochs = epochsOf(method, settings);
  const { batchSize, classifier, optimizer, schedule } = published ? ldamRecipe() : quickRecipe({ epochs });
  return { batchSize, optimizer, schedule, ...(classifier && !method.bringsClassifier && { classifier }) };
}
