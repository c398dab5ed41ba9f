import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BACKENDS } from '../ops/backends.fixture.js';
import { diagnose } from './diagnose.js';
import { useBackend, type BackendName } from './use-backend.js';
import '../ops/register-gradients.js';

afterEach(() => vi.unstubAllEnvs());

describe('useBackend', () => {
  it('refuses names and options that it does not know', async () => {
    await expect(useBackend('gpu' as BackendName)).rejects.toThrow(/RUNTIME_BACKEND_UNKNOWN.*'gpu'.*'wasm'/);
    await expect(useBackend('cpu', { threads: 0 })).rejects.toThrow(
      /RUNTIME_OPTION_INVALID.*'threads'.*received 0/,
    );
  });

  it('says what to install for native-gpu', async () => {
    await expect(useBackend('native-gpu')).rejects.toThrow('@tensorflow/tfjs-node-gpu@4.22.0');
  });

  describe('with an empty cache', () => {
    beforeEach(() => void vi.stubEnv('EVENKEEL_CACHE', join(import.meta.dirname, 'no-such-folder')));

    it('says how to set native up', async () => {
      await expect(useBackend('native')).rejects.toThrow('npx evenkeel setup native');
    });

    it('takes wasm for auto, and tells in one line', async () => {
      const messages: string[] = [];
      const used = await useBackend('auto', { threads: 2, onMessage: (line) => messages.push(line) });
      expect(used).toEqual({ name: 'wasm', tfjsBackend: 'wasm', description: 'SIMD, 2 threads', threads: 2 });
      expect(tf.getBackend()).toBe('wasm');
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatch(/^evenkeel: backend wasm \(SIMD, 2 threads\)\.[^\n]*$/);
    });

    it('is diagnosed: wasm and cpu work, native tells what is missing', async () => {
      const backends = (await diagnose()).filter(({ name }) => name !== 'webgpu'); // depends on the driver
      expect(backends.map(({ name, works }) => [name, works])).toEqual([
        ['native-gpu', false],
        ['native', false],
        ['wasm', true],
        ['cpu', true],
      ]);
      for (const { works, fixes } of backends)
        expect(fixes.length > 0).toBe(!works && process.platform === 'linux');
    });
  });

  describe.each(BACKENDS)('$title', ({ name, ready }) => {
    it.skipIf(!ready)('multiplies matrices and gives the gradients of a convolution', async () => {
      const used = await useBackend(name, { threads: 2 });
      expect(used.name).toBe(name);
      expect(tf.getBackend()).toBe(used.tfjsBackend);
      const product = tf.matMul([[1, 2], [3, 4]], [[5], [7]]); // prettier-ignore
      expect(Array.from(product.dataSync())).toEqual([19, 43]);
      const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
        tf.sum(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'));
      const [dx, dw] = tf.grads(convolve)([tf.ones([1, 3, 3, 1]), tf.ones([3, 3, 1, 1])]);
      // Of ones: every pixel counts once per filter tap that meets it, every tap once per pixel that it meets.
      expect(Array.from(dx.dataSync())).toEqual([4, 6, 4, 6, 9, 6, 4, 6, 4]);
      expect(Array.from(dw.dataSync())).toEqual([4, 6, 4, 6, 9, 6, 4, 6, 4]);
    });
  });
});
