import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '@evenkeel/tfjs-runtime';
import type { BackboneDefinition, Layer } from '@evenkeel/trainer-core';
import { modelErrors } from './errors.js';
import { batchNorm } from './layers/batch-norm.js';
import { convolution } from './layers/convolution.js';
import { globalAveragePool } from './layers/global-average-pool.js';
import { maxPool } from './layers/max-pool.js';
import { residualBlock } from './layers/residual-block.js';
import { sharedSpec } from './residual-network.js';
import type { ResidualNetworkOptions } from './residual-network.js';

/** The options of `resnet10`. */
export const resnet10Options = defineOptions('resnet10', modelErrors.BAD_OPTION, {
  ...sharedSpec,
  width: whole(1).default(64),
} satisfies SpecOf<ResidualNetworkOptions>);

/**
 * ResNet-10 in the form for ImageNet: a 7×7 stem of stride 2, 3×3 max pooling of stride 2, four stages of one basic block
 * with `width` (default 64), 2, 4 and 8 times as many channels, projected shortcuts (option B), the mean over what is
 * left. `[batch, h, w, channels]` to features `[batch, 8·width]`, 512 by default. Throws `MODELS_BAD_OPTION`, and
 * `MODELS_NOT_IMAGES` when it is built for examples of another rank.
 */
export function resnet10(options: ResidualNetworkOptions = {}): BackboneDefinition {
  const name = 'resnet10';
  const { width, decayNorm } = resnet10Options.read(options);
  const norm = { decay: decayNorm };
  return {
    name,
    settings: { width, decayNorm },
    build(scope, exampleShape): Layer<Tensor, Tensor2D> {
      if (exampleShape.length !== 3) throw modelErrors.NOT_IMAGES({ backbone: name, received: exampleShape });
      const stem = scope.child('stem');
      const stemShape = { inputs: exampleShape[2], outputs: width, size: 7, stride: 2 };
      const stemConv = convolution(stem.child('conv'), stemShape);
      const stemNorm = batchNorm(stem.child('norm'), width, norm);
      const blocks = [0, 1, 2, 3].map((stage) =>
        residualBlock(scope.child(`stage${stage + 1}`).child('block0'), {
          inputs: width * 2 ** Math.max(0, stage - 1),
          outputs: width * 2 ** stage,
          stride: stage > 0 ? 2 : 1,
          norm,
          projection: true,
        }),
      );
      return {
        outputSize: 8 * width,
        apply(images, context) {
          const low = maxPool(relu(stemNorm.apply(stemConv.apply(images as Tensor4D, context), context)));
          return globalAveragePool(blocks.reduce((value, block) => block.apply(value, context), low));
        },
      };
    },
  };
}
