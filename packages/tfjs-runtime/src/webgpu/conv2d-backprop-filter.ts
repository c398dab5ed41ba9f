import { backend_util } from '@tensorflow/tfjs-core';
import type { Conv2DBackpropFilterAttrs, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { dispose, MOST_WORKGROUPS, runProgram } from './run-program.js';
import type { Program } from './run-program.js';
import { sumRows } from './sum-rows.js';

/** Weights of one output channel that a workgroup has: one per thread while it loads. */
const WEIGHTS = 64;
/** Pixels that are in a workgroup's memory at once. */
const PIXELS = 16;
/** So many workgroups keep a large device busy. */
const WORKGROUPS = 2048;
/** Bytes of all partial sums together. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * The gradient of a filter is a matrix product: weights `[height · width · inputs]` as rows, outputs as columns, and the pixels of
 * dy, of all images, are summed over. A workgroup has 64 rows, `outputs` columns and one part of the pixels, of which 16 at a time are
 * brought into its memory, four by four in a vector; a thread has four rows and a quarter of the columns in registers.
 */
const program = (outputs: 16 | 32): Program => ({
  name: `evenkeelConv2DBackpropFilter${outputs}`,
  threads: WEIGHTS,
  wholes: [
    ...['height', 'width', 'inputs', 'dyHeight', 'dyWidth', 'outputs'],
    ...['filterWidth', 'weights', 'strideY', 'strideX', 'top', 'left', 'pixels', 'share'],
  ],
  code: `
    const EACH = ${outputs / 4}; // columns of a thread
    var<workgroup> images : array<vec4<f32>, ${(PIXELS / 4) * WEIGHTS}>;
    var<workgroup> upstream : array<vec4<f32>, ${(PIXELS / 4) * outputs}>;
    var<workgroup> corners : array<vec4<i32>, ${PIXELS}>; // of the window of a pixel: image, row, column, whether it is there

    fn main(index : i32) {
      let thread = i32(localIndex);
      let weight = i32(workgroupId.x) * ${WEIGHTS} + thread;
      let input = weight % uniforms.inputs;
      let tap = weight / uniforms.inputs;
      let tapY = tap / uniforms.filterWidth;
      let tapX = tap % uniforms.filterWidth;
      let firstOutput = i32(workgroupId.y) * ${outputs};
      let first = i32(workgroupId.z) * uniforms.share;
      let end = min(first + uniforms.share, uniforms.pixels);

      var sums : array<array<f32, EACH>, 4>;
      for (var done = 0; done < uniforms.share; done += ${PIXELS}) {
        let start = first + done;
        if (thread < ${PIXELS}) {
          let pixel = start + thread;
          let line = pixel / uniforms.dyWidth;
          corners[thread] = vec4<i32>(
            line / uniforms.dyHeight,
            line % uniforms.dyHeight * uniforms.strideY - uniforms.top,
            pixel % uniforms.dyWidth * uniforms.strideX - uniforms.left,
            select(0, 1, pixel < end));
        }
        workgroupBarrier();
        for (var four = 0; four < ${PIXELS / 4}; four++) {
          var values = vec4<f32>(0.0);
          for (var at = 0; at < 4; at++) {
            let corner = corners[four * 4 + at];
            let y = corner.y + tapY;
            let x = corner.z + tapX;
            if (weight < uniforms.weights && corner.w == 1 && y >= 0 && y < uniforms.height && x >= 0 && x < uniforms.width) {
              values[at] = image[((corner.x * uniforms.height + y) * uniforms.width + x) * uniforms.inputs + input];
            }
          }
          images[four * ${WEIGHTS} + thread] = values;
        }
        for (var slot = thread; slot < ${(PIXELS / 4) * outputs}; slot += ${WEIGHTS}) {
          let output = firstOutput + slot % ${outputs};
          var values = vec4<f32>(0.0);
          for (var at = 0; at < 4; at++) {
            let pixel = start + slot / ${outputs} * 4 + at;
            if (output < uniforms.outputs && pixel < end) { values[at] = dy[pixel * uniforms.outputs + output]; }
          }
          upstream[slot] = values;
        }
        workgroupBarrier();
        for (var four = 0; four < ${PIXELS / 4}; four++) {
          for (var row = 0; row < 4; row++) {
            let left = images[four * ${WEIGHTS} + row * 16 + thread % 16];
            for (var column = 0; column < EACH; column++) {
              sums[row][column] += dot(left, upstream[four * ${outputs} + column * 4 + thread / 16]);
            }
          }
        }
        workgroupBarrier();
      }
      for (var row = 0; row < 4; row++) {
        for (var column = 0; column < EACH; column++) {
          let own = i32(workgroupId.x) * ${WEIGHTS} + row * 16 + thread % 16;
          let output = firstOutput + column * 4 + thread / 16;
          if (own < uniforms.weights && output < uniforms.outputs) {
            result[(i32(workgroupId.z) * uniforms.weights + own) * uniforms.outputs + output] = sums[row][column];
          }
        }
      }
    }`,
});

const NARROW = program(16);
const WIDE = program(32);

/**
 * The gradient of a convolution's filter `[height, width, inputs, outputs]`, NHWC, any stride and padding. The pixels are shared out to
 * many workgroups, whose partial sums (8 MiB at most) a second program adds: the same bits from call to call. `shipped`, the
 * backend's own kernel, has one thread per weight, too few for small filters; it keeps what is channels first.
 */
export function conv2dBackpropFilter(shipped: KernelFunc): KernelFunc {
  return (call) => {
    const { x, dy } = call.inputs as Record<'x' | 'dy', TensorInfo>;
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } =
      call.attrs as unknown as Conv2DBackpropFilterAttrs;
    if (dataFormat !== 'NHWC') return shipped(call);
    const shape = x.shape as [number, number, number, number];
    const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
    const { inChannels, outChannels, filterHeight, filterWidth, padInfo } = info;
    const weights = filterHeight * filterWidth * inChannels;
    const outputs = outChannels <= 16 ? 16 : 32;
    const tiles = [Math.ceil(weights / WEIGHTS), Math.ceil(outChannels / outputs)] as const;
    if (Math.max(...tiles) > MOST_WORKGROUPS) return shipped(call);
    const pixels = info.batchSize * info.outHeight * info.outWidth;
    const most = Math.min(WORKGROUPS / (tiles[0] * tiles[1]), MOST_BYTES / (4 * weights * outChannels));
    const share = Math.ceil(pixels / Math.max(1, Math.floor(most)) / PIXELS) * PIXELS;
    const parts = Math.ceil(pixels / share);
    const partial = runProgram(outputs === 16 ? NARROW : WIDE, {
      inputs: { image: x, dy },
      shape: parts === 1 ? filterShape : [parts, ...filterShape],
      workgroups: [...tiles, parts],
      numbers: [
        ...[info.inHeight, info.inWidth, inChannels, info.outHeight, info.outWidth, outChannels],
        ...[
          filterWidth,
          weights,
          info.strideHeight,
          info.strideWidth,
          padInfo.top,
          padInfo.left,
          pixels,
          share,
        ],
      ],
    });
    if (parts === 1) return partial;
    const sum = sumRows(partial, filterShape);
    dispose(partial);
    return sum;
  };
}
