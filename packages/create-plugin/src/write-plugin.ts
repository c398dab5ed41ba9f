import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defineOptions, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { createPluginErrors } from './errors.js';
import { pluginFiles } from './plugin-files.js';
import { parsePluginName } from './plugin-name.js';

/** A plugin that was written. */
export interface WrittenPlugin {
  readonly folder: string;
  /** Paths within the folder. */
  readonly files: readonly string[];
}

/** Where a plugin is written. */
export interface WritePluginOptions {
  /** The folder that paths start from. */
  readonly here: string;
  /** Where in it; default: a new folder named after the plugin. */
  readonly folder?: string;
}

/** The options of `writePlugin`. */
export const writePluginOptions = defineOptions('writePlugin', createPluginErrors.BAD_OPTION, {
  here: text('a path'),
  folder: text('a path').optional('named after the plugin'),
} satisfies SpecOf<WritePluginOptions>);

/**
 * Writes a plugin as its own package into `folder` (default: named after it, below `here`). Files that are there are
 * never touched; a failure, such as a full disk, takes back the files that it wrote. Throws `CREATE_BAD_OPTION`,
 * `CREATE_BAD_NAME`, `CREATE_FOLDER_IN_USE` and `CREATE_NOT_WRITTEN`.
 */
export function writePlugin(name: string, options: WritePluginOptions): WrittenPlugin {
  const parsed = parsePluginName(name);
  const { here, folder: other } = writePluginOptions.read(options);
  const folder = resolve(here, other ?? parsed.short);
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
