import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeProject } from '../find/fake-project.fixture.js';
import { nativeFolder, writeBuildRecord } from '../find/native-folder.js';
import { nativeStatus } from '../find/native-status.js';
import { collectivesFile } from './collectives.js';
import { ownOpsFile, ownOpsFit } from './own-ops.js';
import { setupNative } from './setup-native.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform !== 'linux')('setupNative', () => {
  it('says that a wheel is missing before it does anything', async () => {
    vi.stubEnv('EVENKEEL_CACHE', join(temporaryFolder(), 'cache'));
    const wheel = join(temporaryFolder(), 'tensorflow.whl');
    await expect(setupNative({ wheel, project: fakeProject().project })).rejects.toThrow(
      /TENSORFLOW_WHEEL_MISSING.*tensorflow\.whl/,
    );
  });

  it('says so for a folder in the place of the wheel', async () => {
    vi.stubEnv('EVENKEEL_CACHE', join(temporaryFolder(), 'cache'));
    const wheel = temporaryFolder();
    await expect(setupNative({ wheel, project: fakeProject().project })).rejects.toThrow(
      /TENSORFLOW_WHEEL_MISSING.*or it is no file/,
    );
  });

  it('says so where the cache cannot be written to', async () => {
    const [file, wheel] = ['file', 'tensorflow.whl'].map((name) => join(temporaryFolder(), name));
    for (const path of [file, wheel]) writeFileSync(path, '');
    vi.stubEnv('EVENKEEL_CACHE', file);
    await expect(setupNative({ wheel, project: fakeProject().project })).rejects.toThrow(
      /TENSORFLOW_(CACHE_NOT_WRITTEN.*EVENKEEL_CACHE|TOOL_MISSING)/s,
    );
  });

  it('names the tool that is missing and the line that installs it', async () => {
    vi.stubEnv('EVENKEEL_CACHE', join(temporaryFolder(), 'cache'));
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CXX', '');
    vi.stubEnv('EVENKEEL_PREBUILT', '0');
    await expect(setupNative({ project: fakeProject().project })).rejects.toThrow(
      /TENSORFLOW_TOOL_MISSING.*'g\+\+'.*apt-get install g\+\+/,
    );
  });

  it('has nothing to do for a build that is finished', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    const key = { variant: 'native', tfjsNodeVersion: '4.22.0', tensorflowVersion: '2.21.0' } as const;
    const folder = nativeFolder(key);
    mkdirSync(dirname(ownOpsFile(folder)), { recursive: true });
    for (const file of [ownOpsFile(folder), collectivesFile(folder)]) writeFileSync(file, '');
    await writeBuildRecord(folder, { ...key, wheelSha256: 'ab', bytes: 12 });
    const onProgress = vi.fn();
    const { project } = fakeProject();
    expect(await nativeStatus('native', project)).toMatchObject({ ready: true, lacksOps: false });
    const setup = await setupNative({ project, onProgress });
    expect(setup).toEqual({ ...key, wheelSha256: 'ab', bytes: 12, files: [], folder, built: false });
    expect(onProgress).not.toHaveBeenCalled();
    const wheel = join(folder, 'tensorflow.whl');
    await expect(setupNative({ wheel, project })).rejects.toThrow('TENSORFLOW_WHEEL_MISSING');
  });

  it('has something to do for a build without the ops of this version, where the processor can use them', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    const key = { variant: 'native', tfjsNodeVersion: '4.22.0', tensorflowVersion: '2.21.0' } as const;
    mkdirSync(dirname(ownOpsFile(nativeFolder(key))), { recursive: true });
    await writeBuildRecord(nativeFolder(key), { ...key, wheelSha256: 'ab', bytes: 12 });
    const status = await nativeStatus('native', fakeProject().project);
    expect(status).toMatchObject({ ready: true, lacksOps: ownOpsFit() });
  });
});
