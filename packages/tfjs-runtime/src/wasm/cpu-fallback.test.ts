import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmTrainingKernels } from './register-wasm-training-kernels.js';

beforeAll(async () => {
  registerWasmTrainingKernels();
  await tf.setBackend('wasm');
});

/** What a computation gives, with the check that it leaves no data in either backend. */
function read(compute: () => tf.Tensor[]): (number[] | string[])[] {
  const data = (): number[] => ['wasm', 'cpu'].map((name) => tf.engine().findBackend(name).numDataIds());
  const before = data();
  const result = tf.tidy(() =>
    compute().map((tensor) => Array.from(tensor.dataSync()) as number[] | string[]),
  );
  expect(data()).toEqual(before);
  return result;
}

describe('the cpu fallback', () => {
  it('leaves no kernel out that the cpu backend has', () => {
    const cpu = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    expect(cpu.filter((name) => tf.getKernel(name, 'wasm') === undefined)).toEqual([]);
  });

  it('takes a list of inputs (einsum)', () => {
    const product = read(() => {
      const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      return [tf.einsum('ij,kj->ik', a, a)];
    });
    expect(product).toEqual([[5, 11, 11, 25]]); // [[1·1+2·2, 1·3+2·4], [3·1+4·2, 3·3+4·4]]
  });

  it('takes and gives complex tensors (FFT)', () => {
    const [real, imaginary, absolute] = read(() => {
      const x = tf.complex(tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([0, 0, 0, 0]));
      const transformed = tf.fft(x);
      return [tf.real(transformed), tf.imag(transformed), tf.abs(x)];
    });
    [10, -2, -2, -2].forEach((value, i) => expect(real[i]).toBeCloseTo(value, 5)); // numpy.fft.fft([1, 2, 3, 4])
    [0, 2, 0, -2].forEach((value, i) => expect(imaginary[i]).toBeCloseTo(value, 5));
    expect(absolute).toEqual([1, 2, 3, 4]);
  });

  it('takes and gives strings', () => {
    const replaced = read(() => [
      tf.string.staticRegexReplace(tf.tensor1d(['abc', 'xyz'], 'string'), 'b', '-'),
    ]);
    expect(replaced).toEqual([['a-c', 'xyz']]);
  });

  it('gives several outputs, and finds maxima below zero where the shipped kernels do not', () => {
    const negative = (): tf.Tensor4D => tf.tensor4d([-3, -1, -2, -4], [1, 2, 2, 1]);
    const pooled = read(() => {
      const { result, indexes } = tf.maxPoolWithArgmax(negative(), 2, 2, 'valid');
      const volume = tf.reshape(negative(), [1, 1, 2, 2, 1]) as tf.Tensor5D;
      return [result, indexes, tf.maxPool3d(volume, [1, 2, 2], 1, 'valid')];
    });
    expect(pooled).toEqual([[-1], [1], [-1]]);
  });

  it('gives the right gradient of a 3-D convolution', () => {
    const gradient = read(() => {
      const filter = tf.tensor5d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1, 1]);
      const convolve = (x: tf.Tensor): tf.Tensor => tf.conv3d(x as tf.Tensor5D, filter, 1, 'valid');
      return [tf.grad((x) => tf.sum(convolve(x)))(tf.zeros([1, 2, 2, 2, 1]))];
    });
    expect(gradient).toEqual([[1, 2, 3, 4, 5, 6, 7, 8]]);
  });
});
