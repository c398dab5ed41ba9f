import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BACKENDS } from '../ops/backends.fixture.js';
import { diagnose } from './diagnose.js';
import type { BackendName } from './backend-names.js';
import { useBackend } from './use-backend.js';
import '../ops/register-gradients.js';

const { missing, impossible } = await nativeStatus();
const supported = impossible === undefined && missing.every(({ tool }) => tool !== '@tensorflow/tfjs-node');

const folders: string[] = [];
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-backend-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

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

  describe.runIf(supported)('with a damaged build', () => {
    beforeEach(() => {
      const cache = temporaryFolder();
      vi.stubEnv('EVENKEEL_CACHE', cache);
      const platform = `${process.platform}-${process.arch}-napi-v${Math.min(8, Number(process.versions.napi))}`;
      const folder = join(cache, 'native', `tfjs-node-4.22.0-tensorflow-2.21.0-${platform}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'build.json'), '{}');
    });

    it('falls back to another backend for auto and says why, and how to repair it, in one line', async () => {
      const messages: string[] = [];
      const { name } = await useBackend('auto', { threads: 1, onMessage: (line) => messages.push(line) });
      expect(name).toBe('wasm');
      expect(messages).toEqual([
        expect.stringMatching(
          /^[^\n]*Not native: its build is damaged, 'build\.json' is not [^\n]*\(repair: [^\n]*$/,
        ),
      ]);
      await expect(useBackend('native')).rejects.toThrow(
        /TENSORFLOW_BUILD_DAMAGED.*'build\.json' is not.*evenkeel setup native/s,
      );
    });

    it('is diagnosed as auto acts, with the line that repairs it', async () => {
      const backends = await diagnose();
      const native = backends.find(({ name }) => name === 'native');
      expect(native).toMatchObject({ works: false, detail: expect.stringContaining('is damaged') as string });
      expect(native?.fixes.at(-1)).toBe('npx evenkeel setup native');
      const { name } = await useBackend('auto', { threads: 1, onMessage: () => undefined });
      expect(backends.find(({ works }) => works)?.name).toBe(name);
    });
  });

  it.each(['a file', 'a folder below a file'])('falls back to wasm where the cache is %s', async (what) => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    vi.stubEnv('EVENKEEL_CACHE', what === 'a file' ? file : join(file, 'below'));
    const { name } = await useBackend('auto', { threads: 1, onMessage: () => undefined });
    expect(name).toBe('wasm');
    expect(await nativeStatus('native')).toMatchObject({ ready: false });
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
