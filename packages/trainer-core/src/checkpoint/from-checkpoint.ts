import { defineOptions, flag, func, having, oneOf, readArgument } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../contract/dataset.js';
import { dataDigest } from '../parts/data/data-digest.js';
import type { CheckpointSource, InitialWeights } from '../contract/initial-weights.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { optionErrors } from '../errors/option-errors.js';
import { decodeCheckpoint } from './checkpoint-file.js';
import type { StoredTensor } from './safetensors.js';
import { VARIABLES } from './snapshot-json.js';
import type { SnapshotJson } from './snapshot-json.js';

/** What is taken from a checkpoint. */
export interface FromCheckpointOptions {
  /**
   * Which variables are taken, by their names, such as `backbone/conv/kernel`; default: the whole network, which is
   * everything but `optimizer/...`. Asked of the variables on both sides.
   */
  readonly takes?: (variable: string) => boolean;
  /** Refuses a checkpoint of other data, by its digest (`TRAINER_WEIGHTS_OTHER_DATA`); default false. */
  readonly sameData?: boolean;
  /**
   * Which values: `evaluation` takes those that the run was evaluated with, such as moving averages, where there are such;
   * `trained` takes the trained ones. Default `evaluation`.
   */
  readonly values?: 'evaluation' | 'trained';
}

/** The options of `fromCheckpoint`. */
export const fromCheckpointOptions = defineOptions('fromCheckpoint', optionErrors.BAD_VALUE, {
  takes: func<(variable: string) => boolean>().optional('the whole network'),
  sameData: flag().default(false),
  values: oneOf('evaluation', 'trained').default('evaluation'),
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
  const { takes = isOfNetwork, sameData, values } = fromCheckpointOptions.read(options);
  return {
    name: `from ${source.name}`,
    async initialise({ variables, dataset }) {
      const bytes = await source.load();
      if (bytes === undefined) throw trainerErrors.WEIGHTS_NOT_FOUND({ source: source.name });
      const { tensors, json } = await decodeCheckpoint(bytes, source.name);
      if (sameData) await checkData(source.name, dataset, json.identity);
      const substitutes = values === 'evaluation' ? (json.evaluationWeights ?? {}) : {};
      const stored = storedVariables(tensors, takes, substitutes);
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

/** Checkpoints of version 1 hold no digest: their data is known by name and class counts. */
async function checkData(
  source: string,
  dataset: Dataset,
  identity: SnapshotJson['identity'],
): Promise<void> {
  const digest = identity['data digest'];
  const same =
    digest === undefined ? identity['data set'] === dataset.name : digest === (await dataDigest(dataset));
  if (same) return;
  const found = String(identity['data set']);
  throw trainerErrors.WEIGHTS_OTHER_DATA({ source, expected: dataset.name, found });
}

function storedVariables(
  tensors: ReadonlyMap<string, StoredTensor>,
  takes: (variable: string) => boolean,
  substitutes: Readonly<Record<string, string>>,
): Map<string, StoredTensor> {
  const names = Array.from(tensors.keys())
    .filter((key) => key.startsWith(VARIABLES))
    .map((key) => key.slice(VARIABLES.length));
  return new Map(
    names.filter(takes).map((name) => [name, tensors.get(VARIABLES + (substitutes[name] ?? name))!]),
  );
}

function differs(name: string, here: readonly number[], there: readonly number[] | undefined): string[] {
  if (there === undefined) return [`'${name}' is not in the checkpoint`];
  if (tf.util.arraysEqual([...here], [...there])) return [];
  return [`'${name}' is [${there.join(', ')}] in the checkpoint and [${here.join(', ')}] here`];
}
