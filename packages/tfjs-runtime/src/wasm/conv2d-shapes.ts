import { backend_util } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';

/** The attributes that the two gradient kernels of a convolution share. */
export interface Conv2DGradientAttrs {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The shapes, strides and paddings of a convolution, from the attributes of its gradient kernels (which know no
 * dilation: tfjs refuses the gradient of a dilated convolution). Throws `WASM_CHANNELS_FIRST`.
 */
export function conv2DShapes(
  kernel: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat, dimRoundingMode }: Conv2DGradientAttrs,
): backend_util.Conv2DInfo {
  if (dataFormat !== 'NHWC') throw errors.CHANNELS_FIRST({ kernel, received: dataFormat });
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}
