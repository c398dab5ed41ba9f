import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '@evenkeel/tfjs-runtime';
import type { Layer, VariableScope } from '@evenkeel/trainer-core';
import { batchNorm } from './batch-norm.js';
import type { BatchNormOptions } from './batch-norm.js';
import { convolution } from './convolution.js';
import { projection } from './projection.js';

/** Shape of a bottleneck block. */
export interface BottleneckBlockOptions {
  /** Channels in. */
  readonly inputs: number;
  /** Channels of the two inner convolutions. */
  readonly width: number;
  /** Channels out. */
  readonly outputs: number;
  /** Stride of the 3×3 convolution; default 1. */
  readonly stride?: number;
  /** Groups of the 3×3 convolution; default 1. */
  readonly groups?: number;
  readonly norm?: BatchNormOptions;
  /** What the initial values are scaled by; default `in`. */
  readonly fan?: 'in' | 'out';
}

/**
 * The bottleneck block of He et al., "Deep residual learning for image recognition", 2015, with the stride in its 3×3 convolution
 * (torchvision's version 1.5) and, with `groups`, of Xie et al., "Aggregated residual transformations", CVPR 2017: 1×1, 3×3 and
 * 1×1 convolutions with batch normalisation, added to the input, or to a projection of it where the shape changes.
 */
export function bottleneckBlock(
  scope: VariableScope,
  { inputs, width, outputs, stride = 1, groups, norm, fan }: BottleneckBlockOptions,
): Layer<Tensor4D, Tensor4D> {
  const conv1 = convolution(scope.child('conv1'), { inputs, outputs: width, size: 1, fan });
  const norm1 = batchNorm(scope.child('norm1'), width, norm);
  const conv2 = convolution(scope.child('conv2'), { inputs: width, outputs: width, stride, groups, fan });
  const norm2 = batchNorm(scope.child('norm2'), width, norm);
  const conv3 = convolution(scope.child('conv3'), { inputs: width, outputs, size: 1, fan });
  const norm3 = batchNorm(scope.child('norm3'), outputs, norm);
  const changes = stride !== 1 || inputs !== outputs;
  const skip = changes
    ? projection(scope.child('shortcut'), { inputs, outputs, stride, norm, fan })
    : undefined;
  return {
    outputSize: outputs,
    apply(x, context) {
      const narrow = relu(norm1.apply(conv1.apply(x, context), context));
      const inner = relu(norm2.apply(conv2.apply(narrow, context), context));
      const residual = norm3.apply(conv3.apply(inner, context), context);
      return relu(tf.add(residual, skip ? skip.apply(x, context) : x));
    },
  };
}
