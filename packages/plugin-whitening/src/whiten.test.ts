import { readFileSync } from 'node:fs';
import { isEvenkeelError } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import { checkGradient, expectNoLeak, installMatchers, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { whiten } from './whiten.js';
import type { WhitenOptions, WhiteningMethod } from './options.js';

installMatchers();

interface Golden {
  readonly name: string;
  readonly options: WhitenOptions;
  readonly features: number[][];
  readonly cotangent: number[][];
  readonly output: number[][];
  readonly gradient: number[][];
}

/** Made by golden/whitening.py: NumPy in float64, gradients by central differences. */
const goldens: Golden[] = JSON.parse(
  readFileSync(new URL('../golden/whitening.json', import.meta.url), 'utf8'),
);
const methods: WhiteningMethod[] = ['zca', 'newton', 'cholesky', 'batch-norm'];

function loss(features: Tensor2D, cotangent: Tensor2D, options: WhitenOptions): Scalar {
  return tf.sum(tf.mul(whiten(features, options), cotangent));
}

function gradient(features: Tensor2D, cotangent: Tensor2D, options: WhitenOptions): Tensor2D {
  return tf.grad((x) => loss(x as Tensor2D, cotangent, options))(features) as Tensor2D;
}

/** How many bits of a number are set. */
const bits = (value: number) => value.toString(2).replaceAll('0', '').length;

const { ready } = await nativeStatus();
const backends = [
  { name: 'cpu', start: useCpuBackend, ready: true },
  { name: 'wasm', start: () => useBackend('wasm', { threads: 1 }), ready: true },
  { name: ready ? 'native' : 'native, which is not set up here', start: () => useBackend('native'), ready },
];

for (const backend of backends)
  describe.skipIf(!backend.ready)(`whiten on ${backend.name}`, () => {
    beforeAll(async () => {
      await backend.start();
    });

    it.each(goldens.map((golden) => [`${golden.name} ${JSON.stringify(golden.options)}`, golden] as const))(
      'agrees with NumPy: %s',
      (_title, { options, features, cotangent, output, gradient: expected }) => {
        tf.tidy(() => {
          const x = tf.tensor2d(features);
          expect(whiten(x, options)).toBeAllClose(output, { rtol: 1e-3, atol: 2e-5 });
          expect(gradient(x, tf.tensor2d(cotangent), options)).toBeAllClose(expected, {
            rtol: 2e-3,
            atol: 2e-4,
          });
        });
      },
    );

    const plainAndTied: Record<string, () => Tensor2D> = {
      'distinct eigenvalues': () => tf.randomNormal([8, 4], 0, 1, 'float32', 3),
      // Columns of a Hadamard matrix: their covariance is I, all eigenvalues are equal.
      'all eigenvalues equal': () =>
        tf.tensor2d(
          [0, 1, 2, 3, 4, 5, 6, 7].flatMap((row) =>
            [1, 2, 4, 7].map((column) => (bits(row & column) % 2 === 0 ? 1 : -1)),
          ),
          [8, 4],
        ),
      'an eigenvalue of 0': () => {
        const half = tf.randomNormal([8, 2], 0, 1, 'float32', 7) as Tensor2D;
        return tf.concat([half, half], 1);
      },
    };
    it.each(methods.flatMap((method) => Object.keys(plainAndTied).map((name) => [method, name] as const)))(
      'has the gradient of its own finite differences: %s, %s',
      (method, name) => {
        tf.tidy(() => {
          const x = plainAndTied[name]();
          const cotangent = tf.randomNormal([8, 4], 0, 1, 'float32', 4) as Tensor2D;
          for (const groups of [1, 2]) {
            checkGradient((features) => loss(features, cotangent, { method, groups }), x);
          }
        });
      },
    );

    const noise = (rows: number, columns: number) =>
      tf.randomNormal([rows, columns], 0, 1, 'float32', 5) as Tensor2D;
    const hard: Record<string, () => Tensor2D> = {
      'all zero': () => tf.zeros([16, 12]),
      'all constant': () => tf.fill([16, 12], 0.1),
      'huge constants': () => tf.mul(tf.ones([13, 12]), 1e6 / 3),
      'one constant feature': () => tf.concat([noise(16, 11), tf.fill([16, 1], 1e6 / 3)], 1),
      'duplicated features': () => tf.concat([noise(16, 6), noise(16, 6)], 1),
      'rank one, 64 features': () => tf.matMul(noise(128, 1), noise(64, 1), false, true),
      'features 128, batch 8': () => noise(8, 128),
      'one example': () => noise(1, 12),
      'huge scale': () => tf.mul(noise(16, 12), 1e6),
      'huge scale, rank one': () => tf.mul(tf.matMul(noise(16, 1), noise(12, 1), false, true), 1e6),
      'largest scale': () => tf.mul(noise(16, 12), 1e9),
      'tiny scale': () => tf.mul(noise(16, 12), 1e-6),
      'smallest scale': () => tf.mul(noise(16, 12), 1e-30),
      'twelve scales at once': () => tf.mul(noise(16, 12), tf.pow(10, tf.range(-6, 6))),
    };
    const options: WhitenOptions[] = methods.flatMap((method) => [
      { method },
      { method, epsilon: 0 },
      { method, groups: 4, iterations: 30, epsilon: 0.001 },
    ]);

    it.each(Object.keys(hard))('stays finite, forward and backward: %s', (name) => {
      for (const option of options) {
        tf.tidy(() => {
          const x = hard[name]();
          const output = whiten(x, option);
          const slope = gradient(x, tf.randomNormal(x.shape, 0, 1, 'float32', 6) as Tensor2D, option);
          const label = `${name} ${JSON.stringify(option)}`;
          expect(output.dataSync().every(Number.isFinite), label).toBe(true);
          expect(slope.dataSync().every(Number.isFinite), label).toBe(true);
          // λ / ((1 − ε)λ + …) is at most 1/(1 − ε), here 1/0.9.
          expect(tf.max(tf.mean(tf.square(output), 0)).dataSync()[0], label).toBeLessThan(1.12);
        });
      }
    });

    it.each(methods)('makes constant features exactly 0: %s', (method) => {
      tf.tidy(() => {
        const output = whiten(hard['huge constants'](), { method });
        expect(output.dataSync().every((value) => value === 0)).toBe(true);
      });
    });

    it.each(methods)('says that features are not finite, or gives NaN: %s', (method) => {
      tf.tidy(() => {
        const x = tf.concat([noise(8, 4), tf.fill([1, 4], NaN)]) as Tensor2D;
        try {
          expect(whiten(x, { method }).dataSync().every(Number.isNaN)).toBe(true);
        } catch (error) {
          expect(isEvenkeelError(error, 'WHITENING_NOT_DECOMPOSABLE'), String(error)).toBe(true);
        }
      });
    });

    it.each(methods)('leaves no tensors behind: %s', (method) => {
      const x = noise(6, 4);
      expectNoLeak(() => tf.tidy(() => void gradient(x, x, { method, groups: 2 })));
      x.dispose();
    });
  });
