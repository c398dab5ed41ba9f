import { isEvenkeelError } from '@evenkeel/errors';
import { nativeStatus, setupNative, showSetupProgress } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import type { BackendName } from './common-options.js';

/**
 * Starts the backend, native being built first when that is wanted and this machine can; `auto` does without it when
 * it cannot. Returns the name of the backend in use.
 */
export async function prepareBackend(wanted: BackendName): Promise<string> {
  if (wanted === 'auto' || wanted === 'native') await buildNative(wanted === 'native');
  const { name } = await useBackend(wanted);
  return name;
}

/** Builds native, or what an update added to it, when it is not there yet; what stands in the way is an error only when native is `required`. */
async function buildNative(required: boolean): Promise<void> {
  const { ready, lacksOps, canSetUp } = await nativeStatus();
  if (ready && !(lacksOps && canSetUp)) return;
  if (!canSetUp && !required) return;
  process.stderr.write(
    "Preparing TensorFlow's native library, once; an interrupted set-up resumes at the next start, --backend wasm does without.\n",
  );
  const view = showSetupProgress();
  try {
    await setupNative({ onProgress: view.onProgress });
  } catch (error) {
    if (required || !isEvenkeelError(error)) throw error;
    process.stderr.write(`${error.message}\nGoing on without native.\n`);
  } finally {
    view.stop();
  }
}
