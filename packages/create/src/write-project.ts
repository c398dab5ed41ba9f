import { basename, relative, resolve } from 'node:path';
import { writeNewFolder } from '@evenkeel/create-plugin';
import { defineOptions, oneOf, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from './errors.js';
import { PROJECT_DATA, projectFiles } from './project-files.js';
import type { ProjectData } from './project-files.js';

/** A project that was written. */
export interface WrittenProject {
  readonly folder: string;
  /** Paths within the folder. */
  readonly files: readonly string[];
}

/** Where a project is written, and what it trains on. */
export interface WriteProjectOptions {
  /** The folder that paths start from. */
  readonly here: string;
  /** Default `fashion-mnist-lt`. */
  readonly data?: ProjectData;
  /** Folder of images, of `folder` only. */
  readonly dataDir?: string;
}

/** The options of `writeProject`. */
export const writeProjectOptions = defineOptions('writeProject', errors.BAD_OPTION, {
  here: text('a path'),
  data: oneOf(...PROJECT_DATA).default('fashion-mnist-lt'),
  dataDir: text('a path').optional(),
} satisfies SpecOf<WriteProjectOptions>);

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/**
 * Writes a project that trains into `folder`, which must be new or empty; nothing is installed. Throws `PROJECT_BAD_OPTION`,
 * `PROJECT_BAD_NAME`, `PROJECT_DATA_DIR_MISSING`, `PROJECT_DATA_DIR_UNUSED`, `CREATE_FOLDER_IN_USE` and `CREATE_NOT_WRITTEN`.
 */
export function writeProject(folder: string, options: WriteProjectOptions): WrittenProject {
  const { here, data, dataDir } = writeProjectOptions.read(options);
  const at = resolve(here, folder);
  const name = basename(at);
  if (!NAME.test(name)) throw errors.BAD_NAME({ received: name });
  if (data === 'folder' && dataDir === undefined) throw errors.DATA_DIR_MISSING({ data });
  if (data !== 'folder' && dataDir !== undefined) throw errors.DATA_DIR_UNUSED({ data, dataDir });
  const images = dataDir === undefined ? {} : { dataDir: relative(at, resolve(here, dataDir)) };
  const files = projectFiles({ name, data, ...images });
  writeNewFolder(at, files);
  return { folder: at, files: [...files.keys()] };
}
