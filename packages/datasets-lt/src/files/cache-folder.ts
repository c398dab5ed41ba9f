import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where prepared data sets are kept: `datasets` in the folder that the environment variable `EVENKEEL_CACHE` names, else
 * in the platform's cache folder for `evenkeel`.
 */
export function datasetCacheFolder(): string {
  const { EVENKEEL_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (EVENKEEL_CACHE) return resolve(EVENKEEL_CACHE, 'datasets');
  if (process.platform === 'win32') {
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'evenkeel', 'Cache', 'datasets');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'evenkeel', 'datasets');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'evenkeel', 'datasets');
}
