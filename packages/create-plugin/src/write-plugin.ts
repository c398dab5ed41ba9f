import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
 * never touched; a failure, such as a full disk, takes back the files that it wrote. Throws `CREATE_BAD_NAME`, `CREATE_FOLDER_IN_USE` and `CREATE_NOT_WRITTEN`.
 */
export function writePlugin(name: string, options: { here: string; folder?: string }): WrittenPlugin {
  const parsed = parsePluginName(name);
  const folder = resolve(options.here, options.folder ?? parsed.short);
  const files = pluginFiles(parsed, 'package');
  const begun: string[] = [];
  try {
    const found = existsSync(folder) ? readdirSync(folder).filter((entry) => entry !== '.git') : [];
    if (found.length > 0) throw createPluginErrors.FOLDER_IN_USE({ folder, found: found.slice(0, 5) });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      begun.push(join(folder, path));
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
  } catch (cause) {
    // The last is not ours where it was there already.
    const { code } = cause as NodeJS.ErrnoException;
    for (const path of code === 'EEXIST' ? begun.slice(0, -1) : begun) rmSync(path, { force: true });
    if (!(cause instanceof Error) || !('errno' in cause)) throw cause;
    throw createPluginErrors.NOT_WRITTEN({ folder, reason: cause.message }, { cause });
  }
  return { folder, files: [...files.keys()] };
}
