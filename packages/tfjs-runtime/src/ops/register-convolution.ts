import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { attributesFor } from '@evenkeel/tensorflow-node/backend';
import type { NativeBackend, OpAttribute } from '@evenkeel/tensorflow-node/backend';

/** Channels are worked on in groups of so many. */
const LANES = 16;

/** What an op needs to know besides its tensors. */
export interface ConvolutionAttributes {
  /** All three of them. */
  readonly common: OpAttribute[];
  /** The one that makes results. */
  readonly results: OpAttribute[];
  /** The one that makes the gradient of the images. */
  readonly images: OpAttribute[];
}

/** Of images `[batch, height, width, channels]` and a filter `[height, width, inputs, outputs]`. */
type Describe = (
  native: NativeBackend,
  attributes: NamedAttrMap,
  images: readonly number[],
  filter: readonly number[],
) => ConvolutionAttributes;

/**
 * Tells tfjs of a convolution of ours, once: the kernel for the backend in use, and its gradients, of which only those are
 * computed that somebody needs. The op is called as the kernel; its gradients `...BackpropInput` and `...BackpropFilter`.
 */
export function registerConvolution(kernel: string, describe: Describe): void {
  const backendName = tf.getBackend();
  if (tf.getKernel(kernel, backendName)) return;
  tf.registerKernel({
    kernelName: kernel,
    backendName,
    kernelFunc({ inputs, attrs, backend }) {
      const native = backend as NativeBackend;
      const { x, filter } = inputs as Record<string, Tensor>;
      const { common, results } = describe(native, attrs!, x.shape, filter.shape);
      return run(native, kernel, [...common, ...results], x, filter);
    },
  });
  if (tf.getGradient(kernel)) return;
  tf.registerGradient({
    kernelName: kernel,
    inputsToSave: ['x', 'filter'],
    gradFunc(dy, [x, filter], attributes) {
      const native = tf.backend() as unknown as NativeBackend;
      const { common, images } = describe(native, attributes, x.shape, filter.shape);
      return {
        x: () =>
          filter.shape[2]! % LANES === 0
            ? run(native, `${kernel}BackpropInput`, [...common, ...images], filter, dy as Tensor)
            : gradientOfImages(x as Tensor4D, filter as Tensor4D, dy as Tensor4D, attributes),
        filter: () => run(native, `${kernel}BackpropFilter`, common, x, filter, dy as Tensor),
      };
    },
  });
}

/** By TensorFlow, for images whose channels are no multiple of the lanes; hardly anybody asks for it. */
function gradientOfImages(
  x: Tensor4D,
  filter: Tensor4D,
  dy: Tensor4D,
  { strides, pad }: NamedAttrMap,
): Tensor {
  return tf.conv2dTranspose(dy, filter, x.shape, strides as number, pad as 'valid');
}

function run(native: NativeBackend, op: string, attributes: OpAttribute[], ...inputs: Tensor[]): Tensor {
  const typed = [...attributes, attributesFor(native).float32('T')];
  return native.executeMultipleOutputs(op, typed, inputs, 1)[0];
}
