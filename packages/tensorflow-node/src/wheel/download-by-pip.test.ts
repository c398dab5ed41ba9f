import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { downloadByPip } from './download-by-pip.js';

const wheel = { distribution: 'tensorflow-cpu', version: '2.21.0', bytes: 9 };
const options = { onProgress: () => undefined };

/** A folder with a python3 whose pip does what a shell script says; `$dest` is where it is to put the wheel. */
function pythonThat(script: string): string {
  const folder = temporaryFolder();
  const file = join(folder, 'python3');
  writeFileSync(
    file,
    `#!/bin/sh\ncase "$*" in *"pip --version"*) exit 0;; esac\ndest=$(echo "$*" | sed 's/.*--dest \\([^ ]*\\).*/\\1/')\n${script}\n`,
  );
  chmodSync(file, 0o755);
  return folder;
}

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform === 'win32')('downloadByPip', () => {
  it('takes the wheel that pip brought, and leaves nothing else', async () => {
    const path = pythonThat(
      'echo "$*" > "$(dirname "$0")/asked"; echo wheel > "$dest/tensorflow_cpu-2.21.0-cp311.whl"',
    );
    vi.stubEnv('PATH', `${path}${delimiter}${process.env.PATH}`);
    const folder = join(temporaryFolder(), 'new');
    mkdirSync(folder);
    const file = await downloadByPip(wheel, folder, options);
    expect(readFileSync(file, 'utf8')).toBe('wheel\n');
    expect(readdirSync(folder)).toEqual(['tensorflow_cpu-2.21.0-cp311.whl']);
    expect(readFileSync(join(path, 'asked'), 'utf8')).toMatch(
      /--python-version 3\.11 .*tensorflow-cpu==2\.21\.0/,
    );
  });

  it('says what pip said when it fails, and leaves nothing', async () => {
    const path = pythonThat(
      'echo half > "$dest/half.whl"; echo "ERROR: no matching distribution" >&2; exit 1',
    );
    vi.stubEnv('PATH', `${path}${delimiter}${process.env.PATH}`);
    const folder = temporaryFolder();
    await expect(downloadByPip(wheel, folder, options)).rejects.toThrow(
      /pip said: .*no matching distribution/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that there is neither an index nor pip', async () => {
    vi.stubEnv('PATH', temporaryFolder());
    await expect(downloadByPip(wheel, temporaryFolder(), options)).rejects.toThrow(
      /no package index is named, and there is no pip/,
    );
  });
});
