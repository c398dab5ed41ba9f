import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errors } from '../errors.js';
import { compileBinding } from './compile-binding.js';
import { findCompiler, requireCompiler } from './build-tools.js';
import { nativeCacheFolder } from '../find/cache-folder.js';
import { libraryFiles } from '../find/library-files.js';
import { addCudaLibraries } from '../wheel/cuda-libraries.js';
import { findPrebuilt, type Prebuilt } from '../find/find-prebuilt.js';
import { requireTfjsNode } from '../find/find-tfjs-node.js';
import { folderBytes } from './folder-bytes.js';
import { withFolderLock } from './folder-lock.js';
import { addPrebuilt, installPrebuilt, putLibrariesBeside } from './install-addons.js';
import {
  nativeFolder,
  soundBuild,
  writeBuildRecord,
  type NativeBuildKey,
  type NativeBuildRecord,
} from '../find/native-folder.js';
import { buildCollectives, collectivesAreFor, collectivesFile } from './collectives.js';
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
 * Makes the backend `native` (or `native-gpu`) ready: takes TensorFlow's library out of its Python wheel, adds tfjs-node's binding
 * (from the npm package with prebuilt ones, else compiled here), tries it, and keeps both in the cache folder, outside node_modules.
 *
 * Every stage writes aside and renames: after an interruption the finished ones are not repeated. Of two processes at
 * it one works and the other waits. A damaged build is made again. Several hundred MB are downloaded, about 900 MB stay.
 * Throws `TENSORFLOW_PACKAGE_MISSING`, `TENSORFLOW_PLATFORM_UNSUPPORTED`, `TENSORFLOW_TOOL_MISSING`, `TENSORFLOW_WHEEL_MISSING`,
 * `TENSORFLOW_WHEEL_CHECKSUM`, `TENSORFLOW_WHEEL_UNVERIFIED`, `TENSORFLOW_WHEEL_UNREADABLE`, `TENSORFLOW_DOWNLOAD_FAILED`,
 * `TENSORFLOW_BUILD_FAILED`, `TENSORFLOW_SELF_TEST_FAILED`, `TENSORFLOW_CACHE_NOT_WRITTEN`; the signal's reason when aborted.
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
  const prebuilt = findPrebuilt(key, settings.project);
  const ready = force ? undefined : soundBuild(folder)?.record;
  if (ready) {
    await addOps(folder, prebuilt, settings);
    return { ...ready, folder, built: false };
  }
  const compiler = prebuilt ? [] : await requireCompiler();

  const build = async (): Promise<NativeSetup> => {
    const builtMeanwhile = force ? undefined : soundBuild(folder)?.record;
    if (builtMeanwhile) return { ...builtMeanwhile, folder, built: false };
    const work = `${folder}.partial`;
    if (force) await rm(work, { recursive: true, force: true });
    const headers = prebuilt === undefined;
    const wheelSha256 = await prepareLibrary(wheel, work, { ...settings, headers, onProgress });
    if (variant === 'native-gpu' && !settings.systemCuda) {
      await addCudaLibraries(join(work, 'deps'), { index: settings.index, signal, onProgress });
    }
    if (!existsSync(join(work, 'lib'))) {
      if (prebuilt) await installPrebuilt(prebuilt, work);
      else {
        onProgress({ stage: 'build', message: 'compiling the binding' });
        await compileBinding({ tfjsNode, folder: work, compiler, signal });
      }
    }
    await addOps(work, prebuilt, settings);
    await putLibrariesBeside(work);
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

/** Our own ops beside the binding, where they are for this machine and not there yet; native works without them. */
async function addOps(
  folder: string,
  prebuilt: Prebuilt | undefined,
  { variant = 'native', signal, onProgress = () => undefined }: SetupNativeOptions,
): Promise<void> {
  if (variant !== 'native') return;
  const report = (message: string): void => onProgress({ stage: 'build', message });
  if (ownOpsFit() && !(await addPrebuilt(prebuilt, ownOpsFile(folder)))) {
    const compiler = await findCompiler();
    report('compiling 3×3 convolutions');
    const reason = compiler === undefined ? 'no compiler' : await buildOwnOps(folder, compiler, signal);
    if (reason !== undefined) report('they do not compile here; native works without them');
  }
  // The op that reduces over processes: who needs it without a compiler here is told then.
  if (collectivesAreFor(process.platform) && !(await addPrebuilt(prebuilt, collectivesFile(folder)))) {
    const compiler = await findCompiler();
    const reason = compiler === undefined ? 'no compiler' : await buildCollectives(folder, compiler, signal);
    if (reason !== undefined) report('replicas will not work here; all else does');
  }
}

async function finish(
  work: string,
  folder: string,
  key: NativeBuildKey & { readonly wheelSha256: string },
  keepWheel: boolean,
): Promise<NativeBuildRecord> {
  if (!keepWheel) await rm(join(work, 'wheel'), { recursive: true, force: true });
  await rm(join(work, 'deps/include'), { recursive: true, force: true });
  for (const name of libraryFiles().linked) await rm(join(work, 'deps/lib', basename(name)), { force: true });
  const record = await writeBuildRecord(work, { ...key, bytes: await folderBytes(work) });
  await rm(folder, { recursive: true, force: true });
  await rename(work, folder);
  return record;
}
