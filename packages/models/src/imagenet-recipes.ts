import { cosine, sgd } from '@evenkeel/trainer-core';
import { modelErrors } from './errors.js';
import type { Recipe } from './recipes.js';

/** What the recipes for large data sets leave open. */
export interface LongRecipeOptions {
  /** 90 (default) or 200, the two budgets that papers compare at. */
  readonly epochs?: 90 | 200;
}

/**
 * ImageNet-LT with ResNet-50 or ResNeXt-50: 90 or 200 epochs, batches of 512, SGD with momentum 0.9 and weight decay 5e-4,
 * learning rate 0.2 falling to 0 by a cosine; augmentation as `imagenetLT` of image-folders has it. Throws `MODELS_BAD_OPTION`.
 * Source: Kang et al., "Decoupling representation and classifier", ICLR 2020, and their code. MiSLAS (Zhong et al., CVPR
 * 2021) differs: 180 epochs, batches of 256, learning rate 0.1, and mixup with α = 0.2.
 */
export function imagenetLTRecipe({ epochs = 90 }: LongRecipeOptions = {}): Recipe {
  return long('imagenet-lt', 'imagenetLTRecipe', epochs, 5e-4);
}

/**
 * iNaturalist 2018 with ResNet-50: as {@link imagenetLTRecipe} with weight decay 1e-4. Throws `MODELS_BAD_OPTION`. Source: the same.
 */
export function iNaturalistRecipe({ epochs = 90 }: LongRecipeOptions = {}): Recipe {
  return long('inaturalist', 'iNaturalistRecipe', epochs, 1e-4);
}

/**
 * Places-LT with a ResNet-152 that was trained on ImageNet: 90 epochs, batches of 256, SGD with momentum 0.9 and weight decay 5e-4,
 * learning rate 0.1 falling to 0 by a cosine. Source: MiSLAS (Zhong et al., CVPR 2021), their code; it keeps the network as it
 * is and trains one more bottleneck block and the classifier, with mixup of α = 0.2. The nearest that is here is
 * `freezeBackbone({ except: ['stage4/block2'] })`: the last block, not one more.
 */
export function placesLTRecipe(): Recipe {
  return {
    name: 'places-lt',
    epochs: 90,
    batchSize: 256,
    optimizer: sgd({ momentum: 0.9, weightDecay: 5e-4 }),
    schedule: cosine({ base: 0.1 }),
  };
}

function long(name: string, factory: string, epochs: number, weightDecay: number): Recipe {
  if (epochs !== 90 && epochs !== 200) {
    throw modelErrors.BAD_OPTION({
      where: factory,
      option: 'epochs',
      expected: '90 or 200',
      received: epochs,
    });
  }
  return {
    name: `${name}, ${epochs} epochs`,
    epochs,
    batchSize: 512,
    optimizer: sgd({ momentum: 0.9, weightDecay }),
    schedule: cosine({ base: 0.2 }),
  };
}
