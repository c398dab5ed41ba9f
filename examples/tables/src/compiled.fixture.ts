import { compileStep } from '@evenkeel/compiled-step';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import type { CompiledRuns } from '@evenkeel/trainer-testing';

/** Steps compiled on native TensorFlow, where that is set up; one that cannot be compiled is an error. */
export const compiled: CompiledRuns = {
  compile: (step, options) =>
    compileStep(step, {
      ...options,
      onMessage(line) {
        throw new Error(line);
      },
    }),
  async prepare() {
    const { ready } = await nativeStatus();
    if (ready) await useBackend('native', { onMessage: () => undefined });
    return ready;
  },
};
