import { existsSync } from 'node:fs';
import { isEvenkeelError } from '@evenkeel/errors';
import { findCompiler, missingCompiler, type MissingTool } from '../build/build-tools.js';
import { findPrebuilt } from './find-prebuilt.js';
import { findTfjsNode, installLine } from './find-tfjs-node.js';
import { findDamagedBuild, findNativeBuild } from './native-folder.js';
import type { SoundBuild } from './native-folder.js';
import { NATIVE_PACKAGES, type NativeVariant } from './native-variant.js';
import { ownOpsFile, ownOpsFit } from '../build/own-ops.js';
import { TENSORFLOW_VERSION, tensorflowWheel } from '../wheel/tensorflow-wheel.js';

/** Where a native backend stands on this machine. */
export interface NativeStatus {
  readonly variant: NativeVariant;
  /** Whether it is built and can be used. */
  readonly ready: boolean;
  /** Whether it lacks ops of our own that would make it faster: an older version of this package did not compile them. */
  readonly lacksOps: boolean;
  /** Whether {@link setupNative} has all that it needs. */
  readonly canSetUp: boolean;
  /** Folder and TensorFlow version of the build that is ready. */
  readonly folder?: string;
  readonly tensorflowVersion?: string;
  /** What is wrong with the build that is there, in words: a set-up makes it again. */
  readonly damaged?: string;
  /** Why it can never be set up on this machine, with what to do instead; absent where it can. */
  readonly impossible?: string;
  /** What stands in the way of a set-up; the line that fixes each. */
  readonly missing: readonly MissingTool[];
}

/** Tells whether a native backend is built and, if not, what is missing to build it. Changes nothing. */
export async function nativeStatus(
  variant: NativeVariant = 'native',
  project?: string,
): Promise<NativeStatus> {
  const tfjsNode = findTfjsNode(variant, project);
  const { build, damaged } = tfjsNode ? buildOf(variant, tfjsNode.version) : {};
  const impossible = impossibleHere(variant);
  const none = { variant, ready: false, lacksOps: false, ...(damaged !== undefined && { damaged }) };
  if (impossible !== undefined) return { ...none, canSetUp: false, impossible, missing: [] };
  const missing: MissingTool[] = [];
  const needs = { tfjsNodeVersion: tfjsNode?.version ?? '', tensorflowVersion: TENSORFLOW_VERSION };
  if (!findPrebuilt(needs, project) && !(await findCompiler())) missing.push(missingCompiler());
  if (!tfjsNode) missing.unshift({ tool: NATIVE_PACKAGES[variant], fix: installLine(variant) });
  const canSetUp = missing.length === 0;
  if (!build) return { ...none, canSetUp, missing };
  const { folder, record } = build;
  const lacksOps = variant === 'native' && ownOpsFit() && !existsSync(ownOpsFile(folder));
  const { tensorflowVersion } = record;
  return { variant, ready: true, lacksOps, canSetUp, folder, tensorflowVersion, missing };
}

function buildOf(
  variant: NativeVariant,
  version: string,
): { readonly build?: SoundBuild; readonly damaged?: string } {
  try {
    const build = findNativeBuild(variant, version);
    const damaged = build ? undefined : findDamagedBuild(variant, version);
    return { build, damaged: damaged && `the build in '${damaged.folder}' is damaged: ${damaged.problem}` };
  } catch (error) {
    return { damaged: (error as Error).message };
  }
}

function impossibleHere(variant: NativeVariant): string | undefined {
  try {
    tensorflowWheel(variant);
    return undefined;
  } catch (error) {
    if (!isEvenkeelError(error, 'TENSORFLOW_PLATFORM_UNSUPPORTED')) throw error;
    return (error.details as { readonly advice: string }).advice;
  }
}
