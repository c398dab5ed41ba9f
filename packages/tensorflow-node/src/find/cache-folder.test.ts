import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder, nativeCacheFolder } from './cache-folder.js';

afterEach(() => vi.unstubAllEnvs());

describe('cacheFolder', () => {
  it('is the folder that EVENKEEL_CACHE names', () => {
    vi.stubEnv('EVENKEEL_CACHE', 'some/cache');
    expect(cacheFolder()).toBe(resolve('some/cache'));
    expect(nativeCacheFolder()).toBe(resolve('some/cache/native'));
  });

  it("else is evenkeel's folder in the user's cache", () => {
    vi.stubEnv('EVENKEEL_CACHE', '');
    expect(
      cacheFolder().startsWith(homedir()) ||
        cacheFolder() === join(process.env.XDG_CACHE_HOME ?? '', 'evenkeel'),
    ).toBe(true);
    expect(cacheFolder()).toMatch(/evenkeel/);
  });
});
