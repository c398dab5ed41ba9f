import { defineErrors, errorEntry } from '@evenkeel/errors';

/** The errors of the wasm training kernels. */
export const errors = defineErrors('WASM', {
  CHANNELS_FIRST: errorEntry(
    (d: { kernel: string; received: string }) =>
      `The wasm kernel '${d.kernel}' computes dataFormat 'NHWC' only, received '${d.received}'. Transpose the tensors to [batch, height, width, channels].`,
    { kernel: 'Conv2DBackpropFilter', received: 'NCHW' },
  ),
});
