import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

beforeAll(async () => {
  registerWasmTrainingKernels();
  await tf.setBackend('wasm');
  Object.assign(tf.engine().findBackend('cpu'), { firstUse: false }); // no advertisement
});

/** Values in -1..1 that are the same on every run. */
function values(shape: number[], seed = 1): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233)),
    shape,
  );
}

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

function on(backend: 'wasm' | 'cpu', compute: () => tf.Tensor): Result {
  void tf.setBackend(backend);
  const before = tf.engine().backend.numDataIds();
  const result = tf.tidy(() => {
    const tensor = compute();
    return { shape: tensor.shape, dtype: tensor.dtype, values: Array.from(tensor.dataSync()) };
  });
  expect(tf.engine().backend.numDataIds()).toBe(before);
  void tf.setBackend('wasm');
  return result;
}

/** Shape, type and values (within the tolerance) are those of the cpu backend, and nothing is left behind. */
function expectSame(compute: () => tf.Tensor, tolerance = 1e-4): void {
  const [actual, expected] = [on('wasm', compute), on('cpu', compute)];
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  actual.values.forEach((value, i) => {
    if (!Object.is(value, expected.values[i])) {
      expect(Math.abs(value - expected.values[i])).toBeLessThan(tolerance);
    }
  });
}

const shapeOf = (rank: number, max = 6): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max }), { minLength: rank, maxLength: rank });
const shapes = fc.integer({ min: 1, max: 5 }).chain((rank) => shapeOf(rank));
const property = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: 40, seed: 13 });

describe('kernels that take the place of shipped ones equal the cpu backend', () => {
  it('BatchMatMul, small and large, transposed or not, in batches or not', () => {
    const products = fc.record({
      batch: fc.constantFrom([], [1], [3], [2, 2]),
      sizes: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 40 }))),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    });
    property(products, ({ batch, sizes: [rows, inner, columns], transposeA, transposeB }) => {
      const a = [...batch, ...(transposeA ? [inner, rows] : [rows, inner])];
      const b = [...batch, ...(transposeB ? [columns, inner] : [inner, columns])];
      expectSame(() => tf.matMul(values(a, 1), values(b, 2), transposeA, transposeB));
    });
  });

  it('BatchMatMul with one matrix for the whole batch', () => {
    expectSame(() => tf.matMul(values([3, 20, 30]), values([1, 25, 30], 2), false, true));
  });

  it('Tile', () => {
    const tiles = shapes.chain((shape) => fc.tuple(fc.constant(shape), shapeOf(shape.length, 3)));
    property(tiles, ([shape, reps]) => expectSame(() => tf.tile(values(shape), reps)));
    expectSame(() => tf.tile(tf.tensor2d([[1], [2]], [2, 1], 'int32'), [2, 3]));
    expectSame(() => tf.tile(tf.tensor1d([true, false], 'bool'), [2]));
  });

  it('Slice', () => {
    const slices = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.tuple(...shape.map((size) => fc.tuple(fc.nat(size - 1), fc.integer({ min: 0, max: size })))),
      ),
    );
    property(slices, ([shape, cuts]) => {
      const begin = cuts.map(([start]) => start);
      const size = cuts.map(([start, length], axis) => Math.min(length, shape[axis] - start));
      expectSame(() => tf.slice(values(shape), begin, size));
    });
  });

  it('GatherV2 and its gradient', () => {
    const gathers = shapes.chain((shape) =>
      fc
        .nat(shape.length - 1)
        .chain((axis) =>
          fc.tuple(
            fc.constant({ shape, axis }),
            fc.array(fc.nat(shape[axis] - 1), { minLength: 1, maxLength: 5 }),
          ),
        ),
    );
    property(gathers, ([{ shape, axis }, indices]) => {
      const gather = (x: tf.Tensor): tf.Tensor => tf.gather(x, tf.tensor1d(indices, 'int32'), axis);
      expectSame(() => gather(values(shape)));
      expectSame(() => tf.grad((x) => tf.sum(tf.square(gather(x))))(values(shape)));
    });
    const rows = (): tf.Tensor2D => tf.tensor2d([1, 0, 2, 2], [2, 2], 'int32');
    expectSame(() => tf.gather(values([2, 3, 4]), rows(), 1, 1));
    expect(() => tf.tidy(() => tf.gather(values([2, 3]), tf.tensor1d([5], 'int32')))).toThrow(/GatherV2/);
  });

  it('UnsortedSegmentSum drops ids out of range and keeps integers', () => {
    expectSame(() => tf.unsortedSegmentSum(values([4, 3]), tf.tensor1d([2, 0, -1, 2], 'int32'), 3));
    const integers = on('wasm', () =>
      tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4], 'int32'), tf.tensor1d([1, 1, 7], 'int32'), 2),
    );
    expect(integers).toEqual({ shape: [2], dtype: 'int32', values: [0, 3] });
  });

  it('Sum and Mean over any axes, small and large', () => {
    const axes = fc.subarray([0, 1, 2, 3], { minLength: 1 });
    const reductions = fc.tuple(
      fc.constantFrom<number[]>([2, 3, 4, 5], [3, 17, 19, 8], [1, 40, 30, 6], [600, 1, 1, 7]),
      axes,
    );
    property(fc.tuple(reductions, fc.boolean()), ([[shape, over], keep]) => {
      expectSame(() => tf.sum(values(shape), over, keep), 1e-3);
      expectSame(() => tf.mean(values(shape), over, keep));
    });
  });

  it('Sum and Mean tell NaN from infinities', () => {
    const x = (): tf.Tensor => {
      const data = new Float32Array(600 * 8).fill(1);
      data.set([Number.NaN, Infinity, -Infinity]);
      return tf.tensor(data, [600, 8]);
    };
    expectSame(() => tf.sum(x(), 0));
    expectSame(() => tf.mean(x(), 0));
  });

  it('Identity and Cast, which share data and outlive its first owner', () => {
    expectSame(() => tf.cast(values([3, 4]), 'float32'));
    expectSame(() => tf.cast(tf.mul(values([3, 4]), 9), 'int32'));
    const before = tf.engine().backend.numDataIds();
    const x = tf.tensor1d([1, 2, 3]);
    const clone = tf.clone(x);
    x.dispose();
    expect(Array.from(clone.dataSync())).toEqual([1, 2, 3]);
    clone.dispose();
    expect(tf.engine().backend.numDataIds()).toBe(before);
  });

  it('FusedBatchNorm with and without scale and offset, per channel or per value', () => {
    const channels = (seed: number): tf.Tensor1D => values([6], seed) as tf.Tensor1D;
    const x = (): tf.Tensor4D => values([3, 8, 9, 6]) as tf.Tensor4D;
    expectSame(() => tf.batchNorm(x(), channels(2), tf.square(channels(3)), channels(4), channels(5)));
    expectSame(() => tf.batchNorm(x(), channels(2), tf.square(channels(3))));
    const each = (seed: number): tf.Tensor4D => values([3, 8, 9, 6], seed) as tf.Tensor4D;
    expectSame(() => tf.batchNorm(x(), each(2), tf.square(each(3)), each(4), each(5)));
  });
});
