import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../errors.js';
import { buildBinding } from './build-binding.js';
import { findBuildTools, requireTools } from './build-tools.js';
import { nativeCacheFolder } from '../find/cache-folder.js';
import { addCudaLibraries } from '../wheel/cuda-libraries.js';
import { requireTfjsNode } from '../find/find-tfjs-node.js';
import { folderBytes } from './folder-bytes.js';
import { withFolderLock } from './folder-lock.js';
import {
  nativeFolder,
  soundBuild,
  writeBuildRecord,
  type NativeBuildKey,
  type NativeBuildRecord,
} from '../find/native-folder.js';
import { buildCollectives, collectivesFile } from './collectives.js';
import { buildOwnOps, ownOpsFile, ownOpsFit } from './own-ops.js';
import { prepareLibrary } from '../wheel/prepare-library.js';
import { selfTest } from './self-test.js';
import { setupNativeOptions } from './setup-options.js';
import type { SetupNativeOptions } from './setup-options.js';
import { tensorflowWheel } from '../wheel/tensorflow-wheel.js';

/** A native build that is ready for use. */
export interface NativeSetup extends NativeBuildRecord {
  readonly folder: string;
  /** False where the build was there already. */
  readonly built: boolean;
}

/**
 * Makes the backend `native` (or `native-gpu`) ready: takes TensorFlow's library out of its Python wheel, compiles
 * tfjs-node's binding against it, tries it, and keeps both in the cache folder, outside node_modules.
 *
 * Every stage writes aside and renames: after an interruption the finished ones are not repeated. Of two processes at
 * it one works and the other waits. A damaged build is made again. Several hundred MB are downloaded, about 900 MB stay.
 * @throws TENSORFLOW_PACKAGE_MISSING, TENSORFLOW_PLATFORM_UNSUPPORTED, TENSORFLOW_TOOL_MISSING, TENSORFLOW_WHEEL_MISSING,
 * TENSORFLOW_WHEEL_CHECKSUM, TENSORFLOW_WHEEL_UNVERIFIED, TENSORFLOW_WHEEL_UNREADABLE, TENSORFLOW_DOWNLOAD_FAILED,
 * TENSORFLOW_BUILD_FAILED, TENSORFLOW_SELF_TEST_FAILED, TENSORFLOW_CACHE_NOT_WRITTEN; the signal's reason when aborted.
 */
export async function setupNative(options: SetupNativeOptions = {}): Promise<NativeSetup> {
  const settings = setupNativeOptions.read(options);
  const { variant, force, signal, onProgress = () => undefined } = settings;
  const tfjsNode = requireTfjsNode(variant, settings.project);
  const wheel = tensorflowWheel(variant, settings.tensorflowVersion);
  const key = { variant, tfjsNodeVersion: tfjsNode.version, tensorflowVersion: wheel.version };
  const folder = nativeFolder(key);
  const { wheel: given } = settings;
  if (given !== undefined && !statSync(given, { throwIfNoEntry: false })?.isFile()) {
    throw errors.WHEEL_MISSING({ file: given });
  }
  const ready = force ? undefined : soundBuild(folder)?.record;
  if (ready) {
    await addOwnOps(folder, settings);
    await addCollectives(folder, settings);
    return { ...ready, folder, built: false };
  }
  const pip = settings.wheel === undefined || (variant === 'native-gpu' && !settings.systemCuda);
  const { python } = requireTools(await findBuildTools(), { pip });

  const build = async (): Promise<NativeSetup> => {
    const builtMeanwhile = force ? undefined : soundBuild(folder)?.record;
    if (builtMeanwhile) return { ...builtMeanwhile, folder, built: false };
    const work = `${folder}.partial`;
    if (force) await rm(work, { recursive: true, force: true });
    const wheelSha256 = await prepareLibrary(wheel, work, { ...settings, python, onProgress });
    if (variant === 'native-gpu' && !settings.systemCuda) {
      await addCudaLibraries(join(work, 'deps'), wheel.platformTags, { python, signal, onProgress });
    }
    if (!existsSync(join(work, 'lib'))) await buildBinding(tfjsNode, work, { python, signal, onProgress });
    await addOwnOps(work, settings);
    await addCollectives(work, settings);
    onProgress({ stage: 'test', message: 'trying a matrix product on it' });
    await selfTest(tfjsNode, work, signal);
    const record = await finish(work, folder, { ...key, wheelSha256 }, settings.keepWheel);
    return { ...record, folder, built: true };
  };
  const message = 'another process is setting up native; waiting for it';
  const onWait = (): void => onProgress({ stage: 'wait', message });
  try {
    return await withFolderLock(nativeCacheFolder(), build, { signal, onWait });
  } catch (cause) {
    if (!(cause instanceof Error) || !('errno' in cause)) throw cause;
    throw errors.CACHE_NOT_WRITTEN({ folder: nativeCacheFolder(), reason: cause.message }, { cause });
  }
}

/** Our own ops beside the binding, where they fit this machine and are not there yet. */
async function addOwnOps(
  folder: string,
  { variant = 'native', signal, onProgress = () => undefined }: SetupNativeOptions,
): Promise<void> {
  if (variant !== 'native' || !ownOpsFit() || existsSync(ownOpsFile(folder))) return;
  const { compiler } = await findBuildTools();
  onProgress({ stage: 'build', message: 'compiling 3×3 convolutions' });
  const built = compiler !== undefined && (await buildOwnOps(folder, compiler, signal));
  if (!built) onProgress({ stage: 'build', message: 'they do not compile here; native works without them' });
}

/** The op that reduces over processes, for replicas; who needs it without a compiler here is told then. */
async function addCollectives(
  folder: string,
  { variant = 'native', signal, onProgress = () => undefined }: SetupNativeOptions,
): Promise<void> {
  if (variant !== 'native' || existsSync(collectivesFile(folder))) return;
  const { compiler } = await findBuildTools();
  const reason = compiler === undefined ? 'no compiler' : await buildCollectives(folder, compiler, signal);
  if (reason !== undefined)
    onProgress({ stage: 'build', message: 'replicas will not work here; all else does' });
}

async function finish(
  work: string,
  folder: string,
  key: NativeBuildKey & { readonly wheelSha256: string },
  keepWheel: boolean,
): Promise<NativeBuildRecord> {
  if (!keepWheel) await rm(join(work, 'wheel'), { recursive: true, force: true });
  await rm(join(work, 'deps/include'), { recursive: true, force: true });
  const record = await writeBuildRecord(work, { ...key, bytes: await folderBytes(work) });
  await rm(folder, { recursive: true, force: true });
  await rename(work, folder);
  return record;
}
