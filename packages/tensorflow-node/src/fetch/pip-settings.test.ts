import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { configFiles, pipSettings } from './pip-settings.js';

const nothing = { findLinks: [], noIndex: false, proxy: undefined, cert: undefined };

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('pipSettings', () => {
  it('name no index where nobody says more', () => {
    const surroundings = { env: { PIP_CONFIG_FILE: '/dev/null' }, platform: 'linux', home: '/nowhere' };
    expect(pipSettings(surroundings)).toEqual({ index: undefined, ...nothing });
  });

  it('come from the files of user and environment, the nearest last, and from variables after all', () => {
    const home = temporaryFolder();
    write(join(home, '.pip/pip.conf'), '[global]\nindex-url = https://old.example/\nproxy = http://p:1\n');
    write(
      join(home, '.config/pip/pip.conf'),
      '[global]\nindex-url = https://user.example/\n[download]\nno-index = yes\n',
    );
    const at = (env: Record<string, string>) => pipSettings({ env, platform: 'linux', home });
    const user = at({});
    expect(user).toMatchObject({ index: 'https://user.example/', proxy: 'http://p:1', noIndex: true });
    const venv = write(join(home, 'venv/pip.conf'), '[global]\nindex_url: https://venv.example/\n');
    expect(at({ VIRTUAL_ENV: dirname(venv) }).index).toBe('https://venv.example/');
    const named = write(join(home, 'named.conf'), '[global]\ncert = /ca.pem\n');
    expect(at({ PIP_CONFIG_FILE: named })).toMatchObject({
      index: undefined,
      cert: '/ca.pem',
      proxy: undefined,
    });
    const env = { PIP_INDEX_URL: 'https://variable.example/', PIP_NO_INDEX: '0', PIP_CERT: '/own.pem' };
    expect(at(env)).toMatchObject({ index: env.PIP_INDEX_URL, noIndex: false, cert: '/own.pem' });
  });

  it('name local folders of wheels, and no web pages', () => {
    const env = {
      PIP_CONFIG_FILE: '/dev/null',
      PIP_FIND_LINKS: '/srv/a https://example.com/b file:///srv/c',
    };
    const { findLinks } = pipSettings({ env, platform: 'linux', home: '/nowhere' });
    expect(findLinks).toEqual(['/srv/a', '/srv/c']);
  });
});

describe('the configuration files', () => {
  it.each([
    [
      'linux',
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/a/.pip/pip.conf', '/home/a/.config/pip/pip.conf'],
    ],
    [
      'darwin',
      ['/Library/Application Support/pip/pip.conf', '/home/a/.pip/pip.conf', '/home/a/.config/pip/pip.conf'],
    ],
  ])('of %s are where pip looks', (platform, expected) => {
    expect(configFiles({ env: {}, platform, home: '/home/a' })).toEqual(expected);
  });

  it('of Windows are called pip.ini', () => {
    const env = { ProgramData: '/data', APPDATA: '/roaming' };
    expect(configFiles({ env, platform: 'win32', home: '/a' })).toEqual([
      join('/data', 'pip', 'pip.ini'),
      join('/a', 'pip', 'pip.ini'),
      join('/roaming', 'pip', 'pip.ini'),
    ]);
  });
});
