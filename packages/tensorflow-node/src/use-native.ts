import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findBackend, io, registerBackend, setBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import { ownTfjsCore, requireTfjsNode } from './find/find-tfjs-node.js';
import { findNativeBuild } from './find/native-folder.js';
import { registerFiniteKernel } from './backend/finite-kernel.js';
import { noteOwnOps } from './backend/native-backend.js';
import { loadOwnOps } from './build/own-ops.js';
import { requireBuild } from './find/require-build.js';
import { setNativeEnvironment } from './native-environment.js';
import { restoreRemovedUtilities } from './restore-removed-utilities.js';
import { loadBinding } from './build/quiet-loader.js';
import type { NativeVariant } from './find/native-variant.js';

/** tfjs-node's backend registers itself under this name. */
const TFJS_NAME = 'tensorflow';

interface KernelBackendModule {
  readonly NodeJSKernelBackend: new (binding: object, packageName: string) => KernelBackend;
}

interface FileSystemModule {
  readonly nodeFileSystemRouter: Parameters<typeof io.registerLoadRouter>[0];
}

/** What native runs on. */
export interface NativeInUse {
  readonly tensorflowVersion: string;
  readonly tfjsNodeVersion: string;
}

/**
 * Starts the backend `tensorflow` on the build in the cache, as tfjs-node's index does with the one in its own folder,
 * `file://` models included. The build is verified before it is loaded, because a cut library ends the process. A backend
 * that the program loaded by itself is used as it is.
 *
 * TensorFlow reads its environment once: `threads` (0: one per core) is obeyed only by the first call of a process.
 * Throws `TENSORFLOW_PACKAGE_MISSING`, `TENSORFLOW_TWO_CORES`, `TENSORFLOW_NATIVE_NOT_SET_UP`, `TENSORFLOW_BUILD_DAMAGED`,
 * `TENSORFLOW_CACHE_UNREADABLE`.
 */
export async function useNative(
  variant: NativeVariant = 'native',
  threads: number = 0,
): Promise<NativeInUse> {
  const tfjsNode = requireTfjsNode(variant);
  const own = ownTfjsCore();
  if (tfjsNode.core !== own) throw errors.TWO_CORES({ backend: variant, own, other: tfjsNode.core });
  let build = findNativeBuild(variant, tfjsNode.version);
  if (findBackend(TFJS_NAME) === null) {
    build = requireBuild(variant, tfjsNode.version);
    setNativeEnvironment(variant, threads);
    restoreRemovedUtilities();
    const require = createRequire(join(tfjsNode.root, 'package.json'));
    require('./dist/register_all_kernels');
    const { NodeJSKernelBackend } = require('./dist/nodejs_kernel_backend') as KernelBackendModule;
    const { nodeFileSystemRouter } = require('./dist/io/file_system') as FileSystemModule;
    const instance = new NodeJSKernelBackend(loadBinding(build.folder), tfjsNode.name);
    registerBackend(TFJS_NAME, () => instance, 3);
    if (variant === 'native' && loadOwnOps(build.folder)) {
      noteOwnOps(instance);
      registerFiniteKernel(TFJS_NAME);
    }
    io.registerLoadRouter(nodeFileSystemRouter);
    io.registerSaveRouter(nodeFileSystemRouter);
  }
  const backend = findBackend(TFJS_NAME) as { readonly isUsingGpuDevice?: boolean } | null;
  if (variant === 'native-gpu' && !backend?.isUsingGpuDevice) throw new Error('TensorFlow finds no GPU');
  if (!(await setBackend(TFJS_NAME))) throw new Error('tfjs could not initialise it');
  return {
    tensorflowVersion: build?.record.tensorflowVersion ?? 'its own',
    tfjsNodeVersion: tfjsNode.version,
  };
}
