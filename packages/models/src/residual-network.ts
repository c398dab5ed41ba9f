import { defineOptions, flag, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '@evenkeel/tfjs-runtime';
import type { BackboneDefinition, Layer } from '@evenkeel/trainer-core';
import { modelErrors } from './errors.js';
import { batchNorm } from './layers/batch-norm.js';
import { convolution } from './layers/convolution.js';
import { globalAveragePool } from './layers/global-average-pool.js';
import { residualBlock } from './layers/residual-block.js';

/** What all residual networks of this package share. */
export interface ResidualNetworkOptions {
  /** Channels of the first stage, 1 or more; the others have 2 and 4 times as many. Default 16. */
  readonly width?: number;
  /** Whether weight decay applies to γ and β of the batch normalisations; default true, as PyTorch decays all weights. */
  readonly decayNorm?: boolean;
}

/** The plan of a residual network. */
export interface ResidualNetworkPlan extends ResidualNetworkOptions {
  readonly name: string;
  /** Residual blocks in each of the three stages, 1 or more. */
  readonly blocks: number;
  /** Stride of the stem, 1 or more; default 1. */
  readonly stemStride?: number;
}

/** What each option that all residual networks share may be. */
export const sharedSpec = {
  width: whole(1).default(16),
  decayNorm: flag().default(true),
} satisfies SpecOf<ResidualNetworkOptions>;

/** The plan of `residualNetwork`. */
export const residualNetworkOptions = defineOptions('residualNetwork', modelErrors.BAD_OPTION, {
  name: text(),
  blocks: whole(1),
  stemStride: whole(1).default(1),
  ...sharedSpec,
} satisfies SpecOf<ResidualNetworkPlan>);

/**
 * A 3×3 stem, three stages of basic blocks of which the second and third halve the image, and the mean over what is
 * left: `[batch, h, w, channels]` to features `[batch, 4·width]`. Throws `MODELS_BAD_OPTION`, and `MODELS_NOT_IMAGES`
 * when it is built for examples of another rank.
 */
export function residualNetwork(plan: ResidualNetworkPlan): BackboneDefinition {
  return plannedNetwork(residualNetworkOptions.read(plan));
}

/** The same from a plan that was read. */
export function plannedNetwork(plan: Required<ResidualNetworkPlan>): BackboneDefinition {
  const { name, blocks, width, stemStride, decayNorm } = plan;
  const norm = { decay: decayNorm };
  return {
    name,
    settings: { blocks, width, stemStride, decayNorm },
    build(scope, exampleShape): Layer<Tensor, Tensor2D> {
      if (exampleShape.length !== 3) throw modelErrors.NOT_IMAGES({ backbone: name, received: exampleShape });
      const stem = scope.child('stem');
      const stemConv = convolution(stem.child('conv'), {
        inputs: exampleShape[2],
        outputs: width,
        stride: stemStride,
      });
      const stemNorm = batchNorm(stem.child('norm'), width, norm);

      const layers: Layer<Tensor4D, Tensor4D>[] = [];
      let inputs = width;
      for (const stage of [0, 1, 2]) {
        const outputs = width * 2 ** stage;
        for (let block = 0; block < blocks; block++) {
          const stride = stage > 0 && block === 0 ? 2 : 1;
          const blockScope = scope.child(`stage${stage + 1}`).child(`block${block}`);
          layers.push(residualBlock(blockScope, { inputs, outputs, stride, norm }));
          inputs = outputs;
        }
      }
      return {
        outputSize: inputs,
        apply(images, context) {
          const low = relu(stemNorm.apply(stemConv.apply(images as Tensor4D, context), context));
          return globalAveragePool(layers.reduce((value, layer) => layer.apply(value, context), low));
        },
      };
    },
  };
}
