import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasOwnOps, nativeBackend } from './backend/index.js';
import { ownOpsFit } from './build/own-ops.js';
import { diagnoseNative } from './diagnose-native.js';
import { fakeProject } from './find/fake-project.fixture.js';
import { findTfjsNode } from './find/find-tfjs-node.js';
import { bindingFile, nativeFolder, writeBuildRecord } from './find/native-folder.js';
import { nativeStatus } from './find/native-status.js';
import { temporaryFolder } from './temporary-folder.fixture.js';
import { useNative } from './use-native.js';

const { ready, lacksOps } = await nativeStatus();

afterEach(() => vi.unstubAllEnvs());

describe('useNative', () => {
  it('refuses a tfjs-node with its own tfjs-core', async () => {
    const before = process.cwd();
    process.chdir(fakeProject().project);
    try {
      await expect(useNative('native', 1)).rejects.toThrow(/TENSORFLOW_TWO_CORES.*npm dedupe/s);
    } finally {
      process.chdir(before);
    }
  });

  it('says how to build what is not in the cache', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    await expect(useNative('native', 1)).rejects.toThrow(/NATIVE_NOT_SET_UP.*npx evenkeel setup native/);
  });

  it.runIf(findTfjsNode('native') && process.platform === 'linux')(
    'does not load a damaged build, and its diagnosis names the line that repairs it',
    async () => {
      vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
      const key = { variant: 'native', tfjsNodeVersion: '4.22.0', tensorflowVersion: '2.21.0' } as const;
      const binding = bindingFile(nativeFolder(key));
      mkdirSync(dirname(binding), { recursive: true });
      writeFileSync(binding, 'binding');
      await writeBuildRecord(nativeFolder(key), { ...key, wheelSha256: 'ab', bytes: 12 });
      writeFileSync(binding, 'cut');
      await expect(useNative('native', 1)).rejects.toThrow(/BUILD_DAMAGED.*has 3 of 7 bytes.*setup native/s);
      const { works, detail, fixes } = await diagnoseNative('native');
      expect(works).toBe(false);
      expect(detail).toContain('has 3 of 7 bytes');
      expect(fixes.at(-1)).toBe('npx evenkeel setup native');
    },
  );

  it.skipIf(!ready)(
    `computes on TensorFlow${ready ? '' : ', skipped: native is not set up here'}`,
    async () => {
      const { tfjsNodeVersion } = await useNative('native', 1);
      expect(tfjsNodeVersion).toBe('4.22.0');
      expect(tf.getBackend()).toBe('tensorflow');
      const product = tf.matMul([[1, 2], [3, 4]], [[5], [7]]); // prettier-ignore
      expect(Array.from(product.dataSync())).toEqual([19, 43]);
      expect(hasOwnOps(nativeBackend()!)).toBe(ownOpsFit() && !lacksOps);
    },
  );
});
