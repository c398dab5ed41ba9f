import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { folderBytes } from '../build/folder-bytes.js';
import { collectivesFile } from '../build/collectives.js';
import { ownOpsFile } from '../build/own-ops.js';
import { nativeCacheFolder } from '../find/cache-folder.js';
import { bindingFile, inspectBuild } from '../find/native-folder.js';

/** Something in the cache that no set-up of today would use. */
export interface Unused {
  readonly path: string;
  readonly bytes: number;
  /** Why it is not used, for people. */
  readonly why: string;
}

/** Folders of builds as `nativeFolder` names them. */
const BUILD = /^(tfjs-node(?:-gpu)?-[^-]+)-tensorflow-(.+)-(\w+-\w+-napi-v\d+)$/;

/**
 * What in the cache's native part is used no longer: unfinished set-ups, damaged builds, builds of an older TensorFlow where
 * there is a sound newer one for the same tfjs-node, and operations that other versions of this package compiled. With `all`, every
 * build. Finds nothing where there is no cache.
 */
export async function findUnused(all: boolean = false): Promise<readonly Unused[]> {
  const cache = nativeCacheFolder();
  const found: Unused[] = [];
  const add = async (path: string, why: string): Promise<void> => {
    const bytes = statSync(path).isDirectory() ? await folderBytes(path) : statSync(path).size;
    found.push({ path, bytes, why });
  };
  const sound = new Map<string, string>();
  for (const name of namesIn(cache).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))) {
    const folder = join(cache, name);
    const [, tfjsNode, version, platform] = BUILD.exec(name) ?? [];
    if (name.endsWith('.partial')) await add(folder, 'a set-up that was not finished');
    else if (tfjsNode !== undefined && all) await add(folder, 'a build');
    else if (tfjsNode !== undefined) {
      const build = inspectBuild(folder);
      const kind = `${tfjsNode} ${platform}`;
      const newer = sound.get(kind);
      if (build === undefined) await add(folder, 'not finished');
      else if (build.problem !== undefined) await add(folder, `damaged: ${build.problem}`);
      else if (newer !== undefined) await add(folder, `TensorFlow ${version}, and ${newer} is there`);
      else {
        sound.set(kind, version);
        for (const file of oldAddons(folder))
          await add(file, 'operations of another version of this package');
      }
    }
  }
  return found;
}

/** What this version of the package would not load, and what a compiler left behind. */
function oldAddons(folder: string): readonly string[] {
  const used = [ownOpsFile(folder), collectivesFile(folder)].map((file) => basename(file));
  const lib = dirname(bindingFile(folder));
  const old = namesIn(lib).filter(
    (name) => /^evenkeel-(ops|collectives)-/.test(name) && !used.includes(name),
  );
  const left = namesIn(folder).filter((name) => name.startsWith('addon-'));
  return [...old.map((name) => join(lib, name)), ...left.map((name) => join(folder, name))];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
