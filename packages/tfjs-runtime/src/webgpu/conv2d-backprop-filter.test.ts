import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { expectClose, numbers } from '../ops/numbers.fixture.js';
import { tryWebgpu } from './try-webgpu.fixture.js';

const missing = await tryWebgpu();

interface Convolution {
  readonly image: readonly [batch: number, height: number, width: number, inputs: number];
  readonly outputs: number;
  readonly size: number;
  readonly stride: number | readonly [number, number];
  readonly pad: 'same' | 'valid' | number;
}

const channels = fc.integer({ min: 1, max: 70 });
const side = fc.integer({ min: 7, max: 12 });
/** Small enough for a processor that stands in for a GPU. */
const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    image: fc.tuple(fc.integer({ min: 1, max: 3 }), side, side, channels),
    outputs: channels,
    size: fc.constantFrom(1, 3, 7),
    stride: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant([1, 2] as const)),
    pad: fc.constantFrom<Convolution['pad'][]>('same', 'valid', 1),
  })
  .filter(({ image, outputs, size }) => image.reduce((a, b) => a * b) * outputs * size ** 2 < 1e6);

/** The kernel's result for numbers that are the same on every backend. */
async function gradient(
  backend: 'cpu' | 'webgpu',
  { image, outputs, size, stride, pad }: Convolution,
): Promise<Float32Array> {
  await useBackend(backend);
  const strides = (typeof stride === 'number' ? [stride, stride] : [...stride]) as [number, number];
  const shape = [...image] as [number, number, number, number];
  const filterShape = [size, size, image[3], outputs] as [number, number, number, number];
  const rounding = typeof pad === 'number' ? 'floor' : undefined;
  const { outShape } = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, rounding);
  const made = (of: number[], seed: number): tf.Tensor =>
    tf.tensor(numbers(tf.util.sizeFromShape(of), seed), of);
  const [x, dy] = [made(shape, 1), made(outShape, 2)];
  const attributes = { strides, pad, dataFormat: 'NHWC', dimRoundingMode: rounding as never, filterShape };
  const result = tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes) as tf.Tensor;
  const values = await result.data<'float32'>();
  expect(result.shape).toEqual(filterShape);
  tf.dispose([x, dy, result]);
  return values;
}

describe.skipIf(missing)(`the gradient of a filter on webgpu${missing ?? ''}`, () => {
  it('is what cpu gives, for any size, stride, padding and number of channels', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (convolution) => {
        expectClose(await gradient('webgpu', convolution), await gradient('cpu', convolution), 2e-5);
      }),
      {
        numRuns: 12,
        examples: [
          [{ image: [1, 4, 5, 70], outputs: 70, size: 3, stride: 1, pad: 'same' }],
          [{ image: [2, 10, 9, 3], outputs: 33, size: 7, stride: 2, pad: 3 }],
        ],
      },
    );
  });

  const many: Convolution = { image: [4, 24, 24, 3], outputs: 16, size: 3, stride: 1, pad: 'same' };

  it('has the same bits twice, where many workgroups share the pixels', async () => {
    const first = await gradient('webgpu', many);
    expect(await gradient('webgpu', many)).toEqual(first);
    expectClose(first, await gradient('cpu', many), 2e-5);
  });

  it('leaves nothing behind', async () => {
    await gradient('webgpu', many);
    const before = tf.engine().backend.numDataIds();
    await gradient('webgpu', many);
    expect(tf.engine().backend.numDataIds()).toBe(before);
  });
});
