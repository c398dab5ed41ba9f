import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/**
 * The folder that keeps what was downloaded and built: the one that the environment variable `EVENKEEL_CACHE` names,
 * else the platform's cache folder for `evenkeel` (`~/.cache/evenkeel`, `~/Library/Caches/evenkeel`,
 * `%LOCALAPPDATA%\evenkeel\Cache`). Not created here.
 */
export function cacheFolder(): string {
  const chosen = process.env.EVENKEEL_CACHE;
  return chosen ? resolve(chosen) : envPaths('evenkeel', { suffix: '' }).cache;
}

/** The part of the cache that keeps native builds, one folder each. */
export function nativeCacheFolder(): string {
  return join(cacheFolder(), 'native');
}
