import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bindingFile, findNativeBuild, nativeFolder, writeBuildRecord } from './native-folder.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

async function build(tensorflowVersion: string, finished: boolean): Promise<string> {
  const key = { variant: 'native', tfjsNodeVersion: '4.22.0', tensorflowVersion } as const;
  const folder = nativeFolder(key);
  mkdirSync(folder, { recursive: true });
  if (finished) await writeBuildRecord(folder, { ...key, wheelSha256: 'ab', bytes: 1 });
  return folder;
}

describe('the folder of a native build', () => {
  it('is named after all that the build depends on', () => {
    vi.stubEnv('EVENKEEL_CACHE', '/cache');
    const folder = nativeFolder({
      variant: 'native-gpu',
      tfjsNodeVersion: '4.22.0',
      tensorflowVersion: '2.21.0',
    });
    const platform = `${process.platform}-${process.arch}-napi-v8`;
    expect(folder).toBe(join('/cache/native', `tfjs-node-gpu-4.22.0-tensorflow-2.21.0-${platform}`));
    expect(bindingFile(folder)).toBe(join(folder, 'lib/napi-v8/tfjs_binding.node'));
  });

  it('is found again: the newest that is finished, by number, of this variant and version', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    expect(findNativeBuild('native', '4.22.0')).toBeUndefined();
    await build('2.9.1', true);
    const newest = await build('2.21.0', true);
    await build('2.30.0', false);
    expect(findNativeBuild('native', '4.22.0')?.folder).toBe(newest);
    expect(findNativeBuild('native-gpu', '4.22.0')).toBeUndefined();
    expect(findNativeBuild('native', '4.21.0')).toBeUndefined();
  });
});
