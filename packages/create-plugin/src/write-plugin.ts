import { resolve } from 'node:path';
import { defineOptions, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { createPluginErrors } from './errors.js';
import { pluginFiles } from './plugin-files.js';
import { parsePluginName } from './plugin-name.js';
import { writeNewFolder } from './write-new-folder.js';

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
  writeNewFolder(folder, files);
  return { folder, files: [...files.keys()] };
}
