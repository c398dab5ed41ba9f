import { loadBinding } from './build/quiet-loader.js';
import { requireBuild } from './find/require-build.js';
import { restoreRemovedUtilities } from './restore-removed-utilities.js';

/**
 * The binding in the cache for a tfjs-node of a version, loaded: what `@evenkeel/tfjs-node` has in the place of the one that
 * tfjs-node's install script would have fetched.
 * Throws `TENSORFLOW_NATIVE_NOT_SET_UP`, `TENSORFLOW_BUILD_DAMAGED`, `TENSORFLOW_CACHE_UNREADABLE`.
 */
export function bindingForTfjsNode(tfjsNodeVersion: string): object {
  const { folder } = requireBuild('native', tfjsNodeVersion);
  restoreRemovedUtilities();
  return loadBinding(folder);
}
