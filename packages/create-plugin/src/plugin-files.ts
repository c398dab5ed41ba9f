import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PluginName } from './plugin-name.js';

/** Where a plugin is to live: in this repository, or in its own package. */
export type PluginHome = 'repository' | 'package';

const templates = new URL('../templates/', import.meta.url);
const SUFFIX = '.template';

/** The files of a new plugin: path within its folder, and text. */
export function pluginFiles(name: PluginName, home: PluginHome): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['shared', home]) {
    const at = fileURLToPath(new URL(`${folder}/`, templates));
    for (const path of readdirSync(at, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith(SUFFIX)) continue;
      const text = readFileSync(new URL(`${folder}/${path}`, templates), 'utf8');
      files.set(fill(path.slice(0, -SUFFIX.length), name), fill(text, name));
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Replaces `__short__` and the like, in texts and in paths. */
function fill(text: string, name: PluginName): string {
  return text.replaceAll(/__(package|short|factory|type|code)__/g, (_, key) => name[key as keyof PluginName]);
}
