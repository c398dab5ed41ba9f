import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeProject } from './fake-project.fixture.js';
import { nativeFolder, writeBuildRecord } from './native-folder.js';
import { ownOpsFile } from './own-ops.js';
import { setupNative } from './setup-native.js';
import { temporaryFolder } from './temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform !== 'linux')('setupNative', () => {
  it('says that a wheel is missing before it does anything', async () => {
    vi.stubEnv('EVENKEEL_CACHE', join(temporaryFolder(), 'cache'));
    const wheel = join(temporaryFolder(), 'tensorflow.whl');
    await expect(setupNative({ wheel, project: fakeProject().project })).rejects.toThrow(
      /RUNTIME_WHEEL_MISSING.*tensorflow\.whl/,
    );
  });

  it('names the tool that is missing and the line that installs it', async () => {
    vi.stubEnv('EVENKEEL_CACHE', join(temporaryFolder(), 'cache'));
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('PYTHON', '');
    await expect(setupNative({ project: fakeProject().project })).rejects.toThrow(
      /RUNTIME_TOOL_MISSING.*'python3'.*apt-get install python3/,
    );
  });

  it('has nothing to do for a build that is finished', async () => {
    vi.stubEnv('EVENKEEL_CACHE', temporaryFolder());
    const key = { variant: 'native', tfjsNodeVersion: '4.22.0', tensorflowVersion: '2.21.0' } as const;
    const folder = nativeFolder(key);
    mkdirSync(dirname(ownOpsFile(folder)), { recursive: true });
    writeFileSync(ownOpsFile(folder), '');
    await writeBuildRecord(folder, { ...key, wheelSha256: 'ab', bytes: 12 });
    const onProgress = vi.fn();
    const setup = await setupNative({ project: fakeProject().project, onProgress });
    expect(setup).toEqual({ ...key, wheelSha256: 'ab', bytes: 12, folder, built: false });
    expect(onProgress).not.toHaveBeenCalled();
    const wheel = join(folder, 'tensorflow.whl');
    await expect(setupNative({ wheel, project: fakeProject().project })).rejects.toThrow(
      'RUNTIME_WHEEL_MISSING',
    );
  });
});
