import { errors } from '../errors.js';
import { nativeCacheFolder } from './cache-folder.js';
import { findDamagedBuild, findNativeBuild, type SoundBuild } from './native-folder.js';
import type { NativeVariant } from './native-variant.js';

/**
 * The build in the cache for a version of tfjs-node.
 * Throws `TENSORFLOW_NATIVE_NOT_SET_UP` where there is none, `TENSORFLOW_BUILD_DAMAGED`, `TENSORFLOW_CACHE_UNREADABLE`.
 */
export function requireBuild(variant: NativeVariant, tfjsNodeVersion: string): SoundBuild {
  const build = findNativeBuild(variant, tfjsNodeVersion);
  if (build) return build;
  const damaged = findDamagedBuild(variant, tfjsNodeVersion);
  if (damaged === undefined)
    throw errors.NATIVE_NOT_SET_UP({ backend: variant, folder: nativeCacheFolder() });
  const { folder, problem = '' } = damaged;
  throw errors.BUILD_DAMAGED({ backend: variant, folder, problem });
}
