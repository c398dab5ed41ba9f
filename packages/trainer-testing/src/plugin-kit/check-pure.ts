import { messageOf } from '@evenkeel/errors';
import type { Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import type { PluginCheck } from './kit.js';
import { epochsOf, kitTrainer } from './kit-run.js';
import { stepAgain } from './step-again.js';

/**
 * The step computes from its inputs alone: each is run again at the time of the next one, with the inputs and variables that
 * it had, and must give the same; and it reads no tensor on the host.
 */
export const checkPure: PluginCheck = async (kit) => {
  const problems = new Set<string>();
  const compile: TrainerOptions['compile'] = (step) =>
    stepAgain(step, () => trainer.variables(), {
      differs: (problem) => problems.add(NOT_PURE(problem)),
      reads: () => problems.add(READS),
    });
  const trainer: Trainer = kitTrainer(kit, [kit.factory()], { compile });
  try {
    await trainer.fit({ epochs: epochsOf(kit) });
  } catch (error) {
    problems.add(`A run with the plugin fails: ${messageOf(error)}`);
  } finally {
    await trainer.dispose();
  }
  return [...problems];
};

const READS =
  'The step reads a tensor on the host (dataSync, arraySync, data or array). Compute with tensors only: a step that is recorded ' +
  'once and replayed cannot come back to the host.';

const NOT_PURE = (problem: string) =>
  `The step is not pure: run again on the same inputs, ${problem}. What changes from step to step has to come in: \`step\` and ` +
  '`epoch` of the context, `uniform` for what is random, variables of a scope for what is kept.';
