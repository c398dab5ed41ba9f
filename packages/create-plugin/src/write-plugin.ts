import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createPluginErrors } from './errors.js';
import { pluginFiles } from './plugin-files.js';
import { parsePluginName } from './plugin-name.js';

/** A plugin that was written. */
export interface WrittenPlugin {
  readonly folder: string;
  /** Paths within the folder. */
  readonly files: readonly string[];
}

/**
 * Writes a plugin as a package of its own into `folder` (default: named after it, below `here`). Files that are there are
 * never touched. Throws `CREATE_BAD_NAME`, `CREATE_FOLDER_IN_USE` and `CREATE_NOT_WRITTEN`.
 */
export function writePlugin(name: string, options: { here: string; folder?: string }): WrittenPlugin {
  const parsed = parsePluginName(name);
  const folder = resolve(options.here, options.folder ?? parsed.short);
  const files = pluginFiles(parsed, 'package');
  try {
    const found = existsSync(folder) ? readdirSync(folder).filter((entry) => entry !== '.git') : [];
    if (found.length > 0) throw createPluginErrors.FOLDER_IN_USE({ folder, found: found.slice(0, 5) });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('errno' in cause)) throw cause;
    throw createPluginErrors.NOT_WRITTEN({ folder, reason: cause.message }, { cause });
  }
  return { folder, files: [...files.keys()] };
}
