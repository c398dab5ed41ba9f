import { isEvenkeelError } from '@evenkeel/errors';
import { availableParallelism } from 'node:os';
import { errors } from '../errors.js';
import { findTfjsNode, ownTfjsCore } from './find-tfjs-node.js';
import { nativeStatus } from './native-status.js';
import type { NativeVariant } from './native-variant.js';
import { selfTest } from './self-test.js';
import { shortReason } from './short-reason.js';
import { BACKEND_NAMES, startBackend, type BackendName } from './use-backend.js';

/** What is known of one backend on this machine. */
export interface BackendDiagnosis {
  readonly name: BackendName;
  readonly works: boolean;
  /** What it runs on, or what is wrong with it. */
  readonly detail: string;
  /** Commands that make it work, in order; none where it works or cannot. */
  readonly fixes: readonly string[];
}

/**
 * Tries every backend as `auto` does and tells what works, what is missing, and the lines that fix it; the best backend
 * first: the first that works is the one that `auto` takes.
 */
export async function diagnose(project: string = process.cwd()): Promise<readonly BackendDiagnosis[]> {
  const found: BackendDiagnosis[] = [];
  for (const name of BACKEND_NAMES) {
    found.push(
      name === 'native' || name === 'native-gpu' ? await tryNative(name, project) : await tryOther(name),
    );
  }
  return found;
}

async function tryNative(name: NativeVariant, project: string): Promise<BackendDiagnosis> {
  const { ready, folder, tensorflowVersion, damaged, missing, canSetUp } = await nativeStatus(name, project);
  const tfjsNode = findTfjsNode(name, project);
  const setup = `npx evenkeel-runtime setup ${name}`;
  if (!ready || !folder || !tfjsNode) {
    const lacks = canSetUp ? 'not built yet' : `missing: ${missing.map(({ tool }) => tool).join(', ')}`;
    const detail = damaged ?? lacks;
    const impossible = missing.some(({ tool }) => tool === 'Linux with glibc');
    const fixes = impossible ? [] : [...missing.map(({ fix }) => fix), setup];
    return { name, works: false, detail, fixes };
  }
  const own = ownTfjsCore();
  if (tfjsNode.core !== own) {
    const [detail, fix] = [
      errors.TWO_CORES({ backend: name, own, other: tfjsNode.core }).message,
      'npm dedupe',
    ];
    return { name, works: false, detail, fixes: [fix] };
  }
  try {
    const { gpu } = await selfTest(tfjsNode, folder);
    if (name === 'native-gpu' && !gpu) {
      return {
        name,
        works: false,
        detail: 'built, but TensorFlow finds no GPU; does nvidia-smi?',
        fixes: [],
      };
    }
    return { name, works: true, detail: `TensorFlow ${tensorflowVersion} in ${folder}`, fixes: [] };
  } catch (error) {
    return { name, works: false, detail: shortReason(error), fixes: [`${setup} --force`] };
  }
}

async function tryOther(name: BackendName): Promise<BackendDiagnosis> {
  try {
    const { description } = await startBackend(name, availableParallelism(), false);
    return { name, works: true, detail: description, fixes: [] };
  } catch (error) {
    if (!isEvenkeelError(error, 'RUNTIME_PACKAGE_MISSING')) {
      return { name, works: false, detail: shortReason(error), fixes: [] };
    }
    const { packages, install } = error.details as { packages: readonly string[]; install: string };
    return { name, works: false, detail: `missing: ${packages.join(', ')}`, fixes: [install] };
  }
}
