import { having } from '@evenkeel/errors';
import type { OptionFault, SpecOf } from '@evenkeel/errors';
import { fromCheckpoint, INITIAL_WEIGHTS, TRAINABLE } from '@evenkeel/trainer-core';
import type {
  CheckpointSource,
  FromCheckpointOptions,
  RoleRegistry,
  VariableInfo,
} from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Where a second stage starts. */
export interface SecondStageOptions {
  /** The checkpoint of the first stage: `checkpointFile(path)` of `@evenkeel/trainer-core/node`, or a CheckpointStore. */
  readonly from: CheckpointSource;
}

const STAGES = ['crt', 'lws', 'tau-norm', 'ncm'] as const;

/** The name of a stage's plugin, and the names of the others: one stage replaces the classifier, so one is enough. */
export function stageNames(stage: (typeof STAGES)[number]): {
  readonly name: string;
  readonly conflicts: readonly string[];
} {
  const nameOf = (end: string) => `@evenkeel/plugin-decouple/${end}`;
  return { name: nameOf(stage), conflicts: STAGES.filter((other) => other !== stage).map(nameOf) };
}

/** What the option `from` may be, which every stage has. */
export const fromSpec = {
  from: having<CheckpointSource>('a checkpoint', 'name', 'load').where(
    'where the checkpoint of the first stage is',
    ({ name, load }) => typeof name === 'string' && typeof load === 'function',
  ),
} satisfies SpecOf<SecondStageOptions>;

/** Makes `DECOUPLE_NO_FIRST_STAGE` of a wrong `from`, else `DECOUPLE_BAD_OPTION`. */
export function refusal(fault: OptionFault): Error {
  const wrongFrom = fault.problem === undefined && fault.option === 'from';
  if (wrongFrom) return errors.NO_FIRST_STAGE({ stage: fault.where, received: fault.received });
  return errors.BAD_OPTION(fault);
}

/** What a second stage takes from the first, and what of it may still move. */
export interface StagePlan extends FromCheckpointOptions {
  /** Shown by `explain()`. */
  readonly name: string;
  /** Which variables are trained; none where it is absent. */
  readonly trains?: (variable: VariableInfo) => boolean;
}

/**
 * Takes weights from the first stage and freezes all that the second does not train: backbone and feature transforms compute as in
 * evaluation, with their running statistics, which stay as they are.
 */
export function startFrom(
  roles: RoleRegistry,
  from: CheckpointSource,
  { name, trains = () => false, ...options }: StagePlan,
): void {
  roles.contribute(INITIAL_WEIGHTS, fromCheckpoint(from, options));
  roles.contribute(TRAINABLE, { name, trains, freezes: (part) => part !== 'classifier' });
}

/** Whether a variable is of the network before the classifier. */
export function isBeforeClassifier(variable: string): boolean {
  return variable.startsWith('backbone/') || variable.startsWith('features/');
}

/** Whether a variable is of the whole network. */
export function isOfNetwork(variable: string): boolean {
  return isBeforeClassifier(variable) || variable.startsWith('classifier/');
}
