import {
  backend_util,
  engine,
  memory,
  setBackend,
  tensor,
  tidy,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

type Shape = [number, number, number, number];

interface Convolution {
  readonly input: Shape;
  readonly filter: Shape;
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid' | number | backend_util.ExplicitPadding;
}

beforeAll(async () => {
  registerWasmTrainingKernels();
  await setBackend('wasm');
  Object.assign(engine().findBackend('cpu'), { firstUse: false }); // no advertisement
});

/** Values in -1..1 that are the same on every run. */
function values(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233));
}

function attributes({ strides, pad }: Convolution): object {
  return { strides, pad, dataFormat: 'NHWC', dimRoundingMode: typeof pad === 'string' ? undefined : 'floor' };
}

function outputShape({ input, filter, strides, pad }: Convolution): Shape {
  const rounding = typeof pad === 'string' ? undefined : 'floor';
  return backend_util.computeConv2DInfo(input, filter, strides, 1, pad, rounding).outShape as Shape;
}

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

function run(kernel: string, inputs: Record<string, TensorInfo>, attrs: object): Float32Array {
  const output: Tensor = engine().runKernel(kernel, inputs as never, attrs as never);
  return output.dataSync() as Float32Array;
}

/** The gradients of Σ output · dy with respect to filter and input, on one backend. */
function gradients(backend: 'wasm' | 'cpu', convolution: Convolution): [Float32Array, Float32Array] {
  void setBackend(backend);
  const { input, filter } = convolution;
  const out = outputShape(convolution);
  const result = tidy(() => {
    const dy = tensor(values(count(out), 3), out);
    const x = tensor(values(count(input), 1), input);
    const w = tensor(values(count(filter), 2), filter);
    const attrs = attributes(convolution);
    return [
      run('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter }),
      run('Conv2DBackpropInput', { dy, filter: w }, { ...attrs, inputShape: input }),
    ] as [Float32Array, Float32Array];
  });
  void setBackend('wasm');
  return result;
}

/** Σ output · dy for a given input and filter, by the cpu backend. */
function weightedOutput(convolution: Convolution, x: Float32Array, w: Float32Array): number {
  const { input, filter } = convolution;
  void setBackend('cpu'); // the shipped wasm kernel is off where 'same' has to pad one side and to crop the other
  const sum = tidy(() => {
    const inputs = { x: tensor(x, input), filter: tensor(w, filter) };
    const out = run('Conv2D', inputs, { ...attributes(convolution), dilations: 1 });
    return dot(out, values(out.length, 3));
  });
  void setBackend('wasm');
  return sum;
}

/** The central difference along a direction; exact for a convolution, which is linear in each of its operands. */
function differences(convolution: Convolution): [number, number] {
  const x = values(count(convolution.input), 1);
  const w = values(count(convolution.filter), 2);
  const along = (base: Float32Array, sign: number): Float32Array =>
    base.map((value, i) => value + sign * Math.cos(i));
  const byFilter = (sign: number): number => weightedOutput(convolution, x, along(w, sign));
  const byInput = (sign: number): number => weightedOutput(convolution, along(x, sign), w);
  return [(byFilter(1) - byFilter(-1)) / 2, (byInput(1) - byInput(-1)) / 2];
}

function worstDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
}

function check(convolution: Convolution): void {
  const [filter, input] = gradients('wasm', convolution);
  const [cpuFilter, cpuInput] = gradients('cpu', convolution);
  const [alongFilter, alongInput] = differences(convolution);
  const direction = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.cos(i));
  expect(worstDifference(filter, cpuFilter)).toBeLessThan(1e-3);
  expect(worstDifference(input, cpuInput)).toBeLessThan(1e-4);
  expect(Math.abs(dot(filter, direction(filter.length)) - alongFilter)).toBeLessThan(5e-2);
  expect(Math.abs(dot(input, direction(input.length)) - alongInput)).toBeLessThan(5e-2);
}

const side = fc.integer({ min: 1, max: 9 });
const small = fc.integer({ min: 0, max: 3 });
const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    input: fc.tuple(fc.integer({ min: 1, max: 3 }), side, side, fc.integer({ min: 1, max: 9 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    outChannels: fc.integer({ min: 1, max: 9 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.oneof(
      fc.constantFrom('same' as const, 'valid' as const),
      small,
      fc.tuple(small, small, small, small).map(([top, bottom, left, right]): backend_util.ExplicitPadding => [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]),
    ),
  })
  .map(({ input, kernel, outChannels, strides, pad }) => ({
    input: input as Shape,
    filter: [...kernel, input[3], outChannels] as Shape,
    strides: strides as [number, number],
    pad,
  }))
  .filter((convolution) => outputShape(convolution).every((size) => size > 0));

describe('the gradients of a convolution on wasm', () => {
  it('equal the cpu backend and finite differences, whatever the sizes, strides and paddings', () => {
    fc.assert(fc.property(convolutions, check), { numRuns: 80, seed: 5 });
  });

  it.each<[string, Convolution]>([
    [
      'a 1×1 filter with stride 2',
      { input: [2, 5, 6, 4], filter: [1, 1, 4, 8], strides: [2, 2], pad: 'valid' },
    ],
    ['more padding than filter', { input: [2, 4, 4, 3], filter: [2, 2, 3, 4], strides: [1, 1], pad: 3 }],
    [
      'a stride wider than the filter',
      { input: [1, 9, 9, 2], filter: [2, 1, 2, 3], strides: [3, 3], pad: 'valid' },
    ],
    ['one channel in and out', { input: [3, 7, 5, 1], filter: [3, 3, 1, 1], strides: [2, 1], pad: 'same' }],
    [
      'images in several products',
      { input: [37, 30, 30, 1], filter: [3, 3, 1, 2], strides: [1, 1], pad: 'same' },
    ],
  ])('equal both for %s', (_, convolution) => check(convolution));

  it('give zeros for an empty batch', () => {
    const [filter, input] = gradients('wasm', {
      input: [0, 4, 4, 2],
      filter: [3, 3, 2, 2],
      strides: [1, 1],
      pad: 'same',
    });
    expect(filter).toEqual(new Float32Array(36));
    expect(input.length).toBe(0);
  });

  it('leave nothing behind: no tensors, no data, no heap', () => {
    const convolution: Convolution = {
      input: [2, 7, 7, 8],
      filter: [3, 3, 8, 8],
      strides: [2, 2],
      pad: 'same',
    };
    const heap = (): number =>
      (engine().backend as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength;
    gradients('wasm', convolution);
    const before = { tensors: memory().numTensors, data: engine().backend.numDataIds(), heap: heap() };
    for (let i = 0; i < 500; i++) gradients('wasm', convolution);
    const after = { tensors: memory().numTensors, data: engine().backend.numDataIds(), heap: heap() };
    expect(after).toEqual(before);
  });

  it('refuse channels before pixels with a code', () => {
    const call = (): unknown =>
      tidy(() => {
        const dy = tensor(values(16, 1), [1, 1, 4, 4]);
        const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [1, 1, 1, 1] };
        return run('Conv2DBackpropFilter', { x: dy, dy }, attrs);
      });
    expect(call).toThrow(expect.objectContaining({ code: 'WASM_CHANNELS_FIRST' }));
  });
});
