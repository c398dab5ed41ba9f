import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors } from '../errors.js';
import { requireTfjsNode } from '../find/find-tfjs-node.js';
import { NAPI_VERSION } from '../find/native-folder.js';
import type { NativeVariant } from '../find/native-variant.js';

/**
 * Links the binding and the library of a native build into the project's own tfjs-node, so that a plain
 * `require('@tensorflow/tfjs-node')` works. `npm ci` removes the links with the rest. Returns the links made.
 * Throws `TENSORFLOW_PACKAGE_MISSING`; `TENSORFLOW_LINK_FAILED` where something that is no link is in the place, or no link can be made.
 */
export async function linkNative(
  variant: NativeVariant,
  folder: string,
  project?: string,
): Promise<readonly string[]> {
  const { root } = requireTfjsNode(variant, project);
  const links = [join('lib', `napi-v${NAPI_VERSION}`), 'deps'];
  return Promise.all(links.map((path) => link(join(folder, path), join(root, path))));
}

async function link(source: string, target: string): Promise<string> {
  const present = await lstat(target).catch(() => undefined);
  if (present && !present.isSymbolicLink()) {
    throw errors.LINK_FAILED({ target, reason: 'a folder is in its place' });
  }
  try {
    await rm(target, { force: true });
    await mkdir(dirname(target), { recursive: true });
    await symlink(source, target, 'dir');
  } catch (cause) {
    throw errors.LINK_FAILED({ target, reason: (cause as Error).message }, { cause });
  }
  return target;
}
