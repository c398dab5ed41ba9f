import { selfTest } from './build/self-test.js';
import { errors } from './errors.js';
import { findTfjsNode, ownTfjsCore } from './find/find-tfjs-node.js';
import { nativeStatus } from './find/native-status.js';
import type { NativeVariant } from './find/native-variant.js';

/** What is known of one native variant on this machine. */
export interface NativeDiagnosis {
  readonly name: NativeVariant;
  readonly works: boolean;
  /** What it runs on, or what is wrong with it. */
  readonly detail: string;
  /** Commands that make it work, in order; none where it works or cannot. */
  readonly fixes: readonly string[];
}

/** Tries a native variant, in a separate process, and tells what it runs on, or what is missing and the lines that fix it. */
export async function diagnoseNative(
  name: NativeVariant,
  project: string = process.cwd(),
): Promise<NativeDiagnosis> {
  const { ready, folder, tensorflowVersion, damaged, missing, canSetUp, impossible } = await nativeStatus(
    name,
    project,
  );
  const tfjsNode = findTfjsNode(name, project);
  const setup = `npx evenkeel setup ${name}`;
  if (!ready || !folder || !tfjsNode) {
    const lacks = canSetUp ? 'not built yet' : `missing: ${missing.map(({ tool }) => tool).join(', ')}`;
    const detail = impossible ?? damaged ?? lacks;
    const fixes = impossible !== undefined ? [] : [...missing.map(({ fix }) => fix), setup];
    return { name, works: false, detail, fixes };
  }
  const own = ownTfjsCore();
  if (tfjsNode.core !== own) {
    const detail = errors.TWO_CORES({ backend: name, own, other: tfjsNode.core }).message;
    return { name, works: false, detail, fixes: ['npm dedupe'] };
  }
  try {
    const { gpu } = await selfTest(tfjsNode, folder);
    if (name === 'native-gpu' && !gpu) {
      const detail = 'built, but TensorFlow finds no GPU; does nvidia-smi?';
      return { name, works: false, detail, fixes: [] };
    }
    return { name, works: true, detail: `TensorFlow ${tensorflowVersion} in ${folder}`, fixes: [] };
  } catch (error) {
    const detail = String(error instanceof Error ? error.message : error).split('\n')[0];
    return { name, works: false, detail, fixes: [`${setup} --force`] };
  }
}
