import { isEvenkeelError } from '@evenkeel/errors';
import { availableParallelism } from 'node:os';
import { diagnoseNative } from '@evenkeel/tensorflow-node';
import { shortReason } from './short-reason.js';
import type { BackendName } from './backend-names.js';
import { autoOrder } from './auto-order.js';
import { startBackend } from './use-backend.js';

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
  for (const name of autoOrder()) {
    found.push(
      name === 'native' || name === 'native-gpu' ? await diagnoseNative(name, project) : await tryOther(name),
    );
  }
  return found;
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
