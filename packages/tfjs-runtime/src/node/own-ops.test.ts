import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildOwnOps, loadOwnOps, ownOpsFile } from './own-ops.js';
import { temporaryFolder } from './temporary-folder.fixture.js';

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform !== 'linux')('our own ops', () => {
  const folderOfABuild = (): string => {
    const folder = temporaryFolder();
    mkdirSync(dirname(ownOpsFile(folder)), { recursive: true });
    return folder;
  };

  it('are not there where the compiler fails, and nothing is left behind', async () => {
    const folder = folderOfABuild();
    expect(await buildOwnOps(folder, 'false')).toBe(false);
    expect(await buildOwnOps(folder, join(folder, 'no-compiler'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['lib']);
    expect(readdirSync(dirname(ownOpsFile(folder)))).toEqual([]);
    expect(loadOwnOps(folder)).toBe(false);
  });

  it('are left out where they do not load', () => {
    const folder = folderOfABuild();
    writeFileSync(ownOpsFile(folder), 'no library');
    expect(loadOwnOps(folder)).toBe(false);
  });

  it('have a name that holds the digest of their sources', () => {
    expect(ownOpsFile('/build')).toMatch(/^\/build\/lib\/napi-v\d+\/evenkeel-ops-[0-9a-f]{12}\.node$/);
  });
});
