import type { PluginName } from './plugin-name.js';
import { templateFiles } from './template-files.js';

/** Where a plugin is to live: in this repository, or in its own package. */
export type PluginHome = 'repository' | 'package';

const templates = new URL('../templates/', import.meta.url);

/** The files of a new plugin: path within its folder, and text. */
export function pluginFiles(name: PluginName, home: PluginHome): ReadonlyMap<string, string> {
  const files = ['shared', home].flatMap((folder) => [
    ...templateFiles(new URL(`${folder}/`, templates), { ...name }),
  ]);
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
