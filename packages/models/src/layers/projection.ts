import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
import { batchNorm } from './batch-norm.js';
import type { BatchNormOptions } from './batch-norm.js';
import { convolution } from './convolution.js';

/** Shape of a projected shortcut. */
export interface ProjectionOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  readonly norm?: BatchNormOptions;
  readonly fan?: 'in' | 'out';
}

/** Shortcut of option B (He et al., 2015): a 1×1 convolution, of the block's stride, and batch normalisation. */
export function projection(
  scope: VariableScope,
  { inputs, outputs, stride, norm, fan }: ProjectionOptions,
): Layer<Tensor4D, Tensor4D> {
  const conv = convolution(scope.child('conv'), { inputs, outputs, stride, size: 1, fan });
  const normalised = batchNorm(scope.child('norm'), outputs, norm);
  return {
    outputSize: outputs,
    apply: (x, context) => normalised.apply(conv.apply(x, context), context),
  };
}
