import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { hasOwnOps, nativeBackend } from './native-backend.js';

/** Channels are worked on in groups of so many. */
const LANES = 16;
/** With more, the transformed filters outgrow the caches; that was not measured. */
const MOST_CHANNELS = 256;

/**
 * The 3×3 convolution of images `[batch, height, width, inputs]` with a filter `[3, 3, inputs, outputs]`, stride 1, a
 * border of zeros: `tf.conv2d(x, filter, 1, 'same')`, differentiable in both. On native with AVX-512, and channels in
 * multiples of 16 up to 256, it and its gradients are computed by Winograd's minimal filtering F(4×4, 3×3): about 2.5
 * times as fast, rounded otherwise (relative error around 1e-6 instead of 2e-7).
 */
export function conv3x3(x: Tensor4D, filter: Tensor4D): Tensor4D {
  const native = nativeBackend();
  if (native === undefined || !hasOwnOps(native) || !fits(x, filter)) return tf.conv2d(x, filter, 1, 'same');
  const run = (name: string, ...inputs: Tensor[]): Tensor4D =>
    native.executeMultipleOutputs(name, [], inputs, 1)[0] as Tensor4D;
  return tf.customGrad((...inputs) => {
    const [images, weights, save] = inputs as unknown as [Tensor4D, Tensor4D, (tensors: Tensor[]) => void];
    save([images, weights]);
    return {
      value: run('EvenkeelConv3x3', images, weights),
      gradFunc: (dy: Tensor, [savedImages, savedWeights]: Tensor[]) => [
        run('EvenkeelConv3x3BackpropInput', savedWeights, dy),
        run('EvenkeelConv3x3BackpropFilter', savedImages, savedWeights, dy),
      ],
    };
  })(x, filter) as Tensor4D;
}

function fits({ dtype, shape: [, , , channels] }: Tensor4D, { shape }: Tensor4D): boolean {
  const [height, width, inputs, outputs] = shape;
  const fitting = (count: number): boolean => count % LANES === 0 && count <= MOST_CHANNELS;
  const isImage = dtype === 'float32' && channels === inputs && height === 3 && width === 3;
  return isImage && fitting(inputs) && fitting(outputs);
}
