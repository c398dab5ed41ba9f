import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeIndex } from '../fetch/fake-index.fixture.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { downloadWheel, type FetchOptions, type WantedWheel } from './download-wheel.js';

const FILES = {
  'tensorflow_cpu-2.9.1-cp311-cp311-manylinux_2_27_x86_64.whl': Buffer.from('another version'),
  'tensorflow_cpu-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl': Buffer.from('another Python'),
  'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl': Buffer.from('the wheel'),
  'tensorflow_cpu-2.21.0-cp311-cp311-win_amd64.whl': Buffer.from('another system'),
};
const NAME = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
const digest = (name: keyof typeof FILES): string => createHash('sha256').update(FILES[name]).digest('hex');

const wanted: WantedWheel = {
  distribution: 'tensorflow-cpu',
  version: '2.21.0',
  platformTag: /^manylinux_2_27_x86_64$/,
  sha256: digest(NAME),
};
const options: FetchOptions = { onProgress: () => undefined };

beforeEach(() => {
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  for (const name of ['PIP_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_NO_INDEX', 'PIP_PROXY', 'PIP_CERT'])
    vi.stubEnv(name, '');
  vi.stubEnv('NO_PROXY', '*');
});
afterEach(() => vi.unstubAllEnvs());

describe('downloadWheel', () => {
  it.each([false, true])('takes the wheel for this machine and version (HTML page: %s)', async (html) => {
    const { url } = await fakeIndex('tensorflow-cpu', FILES, { html });
    const folder = join(temporaryFolder(), 'new');
    const { file, sha256 } = await downloadWheel(wanted, folder, { ...options, index: url });
    expect([basename(file), readFileSync(file, 'utf8'), sha256]).toEqual([NAME, 'the wheel', wanted.sha256]);
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  it('prefers the file with the wanted digest, whatever it is called', async () => {
    const other = 'tensorflow_cpu-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl';
    const { url } = await fakeIndex('tensorflow-cpu', FILES);
    const { file } = await downloadWheel({ ...wanted, sha256: digest(other) }, temporaryFolder(), {
      ...options,
      index: url,
    });
    expect(basename(file)).toBe(other);
  });

  it('asks the index of PIP_INDEX_URL, with the password in it', async () => {
    const { url, requests } = await fakeIndex('tensorflow-cpu', FILES, { password: 'ada:s€cret' });
    vi.stubEnv('PIP_INDEX_URL', url.replace('://', `://ada:${encodeURIComponent('s€cret')}@`));
    await downloadWheel(wanted, temporaryFolder(), options);
    expect(requests).toEqual(['/simple/tensorflow-cpu/', `/files/${NAME}`]);
    vi.stubEnv('PIP_INDEX_URL', url);
    await expect(downloadWheel(wanted, temporaryFolder(), options)).rejects.toThrow(
      /TENSORFLOW_DOWNLOAD_FAILED.*answered 401/,
    );
  });

  it('asks nobody for what is there, or in a folder that pip is told of', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, NAME), 'the wheel');
    expect((await downloadWheel(wanted, folder, { ...options, index: 'http://127.0.0.1:59999/' })).file).toBe(
      join(folder, NAME),
    );
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', folder);
    const { file } = await downloadWheel(wanted, temporaryFolder(), options);
    expect(file).toBe(join(folder, NAME));
    vi.stubEnv('PIP_FIND_LINKS', temporaryFolder());
    await expect(downloadWheel(wanted, temporaryFolder(), options)).rejects.toThrow(/told to ask no index/);
  });

  it('says so where the index has none for this machine, does not answer, or is no index', async () => {
    const { url } = await fakeIndex('tensorflow-cpu', FILES);
    const get = (index: string, version = '2.21.0'): Promise<unknown> =>
      downloadWheel({ ...wanted, version }, temporaryFolder(), { ...options, index });
    await expect(get(url, '2.22.0')).rejects.toThrow(/DOWNLOAD_FAILED.*has no such wheel for this machine/);
    await expect(get('http://127.0.0.1:59999/simple')).rejects.toThrow(
      /DOWNLOAD_FAILED.*ECONNREFUSED.*--wheel FILE/,
    );
    await expect(get(url.replace('simple', 'files'))).rejects.toThrow(/answered 404/);
    vi.stubEnv('PIP_CERT', '/nowhere/ca.pem');
    await expect(get(url)).rejects.toThrow(/DOWNLOAD_FAILED.*certificates.*'\/nowhere\/ca\.pem'/);
    vi.stubEnv('PIP_CERT', '');
    await expect(get('nowhere')).rejects.toThrow(/DOWNLOAD_FAILED.*Invalid URL/);
  });

  it('wants a digest before it downloads, and takes that of the index where it is allowed to', async () => {
    const { url, requests } = await fakeIndex('tensorflow-cpu', FILES);
    const unknown = { ...wanted, sha256: undefined };
    const at = { ...options, index: url };
    await expect(downloadWheel(unknown, temporaryFolder(), at)).rejects.toThrow(
      new RegExp(`TENSORFLOW_WHEEL_UNVERIFIED.*${digest(NAME)}`),
    );
    expect(requests).toEqual(['/simple/tensorflow-cpu/']);
    const fetched = await downloadWheel(unknown, temporaryFolder(), { ...at, allowUnverified: true });
    expect(fetched.sha256).toBe(digest(NAME));
  });

  it('keeps what came of a download that failed, for the next one', async () => {
    const index = await fakeIndex('tensorflow-cpu', FILES, {});
    const folder = join(temporaryFolder(), 'wheel');
    mkdirSync(folder);
    writeFileSync(join(folder, `${NAME}.part`), 'the ');
    index.faults.status = 404;
    const get = (): Promise<unknown> => downloadWheel(wanted, folder, { ...options, index: index.url });
    await expect(get()).rejects.toThrow('DOWNLOAD_FAILED');
    index.faults.status = undefined;
    await get();
    expect(index.requests.at(-1)).toBe(`/files/${NAME} bytes=4-`);
    expect(readFileSync(join(folder, NAME), 'utf8')).toBe('the wheel');
  });
});
