import { defineOptions, flag, func, having, readArgument } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../contract/dataset.js';
import type { CheckpointSource, InitialWeights } from '../contract/initial-weights.js';
import { trainerErrors } from '../errors.js';
import { optionErrors } from '../option-errors.js';
import { decodeCheckpoint } from './checkpoint-file.js';
import type { StoredTensor } from './safetensors.js';
import { VARIABLES } from './snapshot.js';
import type { SnapshotJson } from './snapshot.js';

/** What is taken from a checkpoint. */
export interface FromCheckpointOptions {
  /**
   * Which variables are taken, by their names, such as `backbone/conv/kernel`; default: the whole network, which is
   * everything but `optimizer/...`. Asked of the variables on both sides.
   */
  readonly takes?: (variable: string) => boolean;
  /** Refuses a checkpoint of other training data, by name and class counts (`TRAINER_WEIGHTS_OTHER_DATA`); default false. */
  readonly sameData?: boolean;
}

/** The options of `fromCheckpoint`. */
export const fromCheckpointOptions = defineOptions('fromCheckpoint', optionErrors.BAD_VALUE, {
  takes: func<(variable: string) => boolean>().optional('the whole network'),
  sameData: flag().default(false),
} satisfies SpecOf<FromCheckpointOptions>);

/**
 * Starts a run with the weights of a checkpoint, of another run, say: variables of the network get the values stored under
 * their names. Of what `takes` names, both sides must have the same variables in the same shapes: else
 * `TRAINER_WEIGHTS_MISMATCH` lists what differs and nothing is assigned. Throws `TRAINER_OPTION_BAD_VALUE`, while it runs also `TRAINER_WEIGHTS_NOT_FOUND` and
 * `TRAINER_CHECKPOINT_DAMAGED`.
 *
 * @example
 * createTrainer({ data, model, initialWeights: fromCheckpoint(checkpointFile('runs/ce')) });
 */
export function fromCheckpoint(
  source: CheckpointSource,
  options: FromCheckpointOptions = {},
): InitialWeights {
  const checkpoint = having<CheckpointSource>('a checkpoint', 'name', 'load');
  readArgument('fromCheckpoint', optionErrors.BAD_VALUE, 'source', checkpoint, source);
  const { takes = isOfNetwork, sameData } = fromCheckpointOptions.read(options);
  return {
    name: `from ${source.name}`,
    async initialise({ variables, dataset }) {
      const bytes = await source.load();
      if (bytes === undefined) throw trainerErrors.WEIGHTS_NOT_FOUND({ source: source.name });
      const { tensors, json } = await decodeCheckpoint(bytes, source.name);
      if (sameData) checkData(source.name, dataset, (json as Pick<SnapshotJson, 'identity'>).identity);
      const stored = storedVariables(tensors, takes);
      const wanted = variables.filter(({ name }) => takes(name));
      const problems = [
        ...wanted.flatMap(({ name, variable }) => differs(name, variable.shape, stored.get(name)?.shape)),
        ...Array.from(stored.keys())
          .filter((name) => !wanted.some((info) => info.name === name))
          .map((name) => `'${name}' is in the checkpoint only`),
      ];
      if (problems.length > 0) throw trainerErrors.WEIGHTS_MISMATCH({ source: source.name, problems });
      for (const { name, variable } of wanted) {
        const { data, shape } = stored.get(name)!;
        tf.tidy(() => variable.assign(tf.tensor(data as Float32Array, [...shape], 'float32')));
      }
    },
  };
}

function isOfNetwork(variable: string): boolean {
  return !variable.startsWith('optimizer/');
}

function checkData(source: string, { name, classCounts }: Dataset, identity: SnapshotJson['identity']): void {
  const there = [identity['data set'], identity['class counts']];
  if (JSON.stringify(there) === JSON.stringify([name, classCounts])) return;
  throw trainerErrors.WEIGHTS_OTHER_DATA({ source, expected: name, found: String(there[0]) });
}

function storedVariables(
  tensors: ReadonlyMap<string, StoredTensor>,
  takes: (variable: string) => boolean,
): Map<string, StoredTensor> {
  const variables = Array.from(tensors).filter(([key]) => key.startsWith(VARIABLES));
  const named = variables.map(([key, value]) => [key.slice(VARIABLES.length), value] as const);
  return new Map(named.filter(([name]) => takes(name)));
}

function differs(name: string, here: readonly number[], there: readonly number[] | undefined): string[] {
  if (there === undefined) return [`'${name}' is not in the checkpoint`];
  if (tf.util.arraysEqual([...here], [...there])) return [];
  return [`'${name}' is [${there.join(', ')}] in the checkpoint and [${here.join(', ')}] here`];
}
