import { isCount, isRecord, isText } from './json-guards.js';
import type { StoredTensor } from './safetensors.js';
import { VARIABLES } from './snapshot-json.js';
import type { SnapshotJson } from './snapshot-json.js';
import { DEEPEST_STATE } from './state-codec.js';

/** What is wrong with a part of a checkpoint: where, and what was expected there. */
type Check = (value: unknown) => string | undefined;

const must =
  (holds: (value: unknown) => boolean, expected: string): Check =>
  (value) =>
    holds(value) ? undefined : `expected ${expected}`;

const count = must(isCount, 'a whole number of at least 0');
const text = must(isText, 'a text');
/** A number, or its text where JSON has none for it. */
const number = must(
  (value) => typeof value === 'number' || (isRecord(value) && isText(value.$number)),
  'a number',
);
const object = (fields: Readonly<Record<string, Check>>): Check => {
  const entries = Object.entries(fields);
  return (value) => {
    if (!isRecord(value)) return 'expected an object';
    for (const [field, check] of entries) {
      const problem = check(value[field]);
      if (problem !== undefined) return `'${field}': ${problem}`;
    }
    return undefined;
  };
};
const list =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'expected a list';
    for (const [at, item] of value.entries()) {
      const problem = check(item);
      if (problem !== undefined) return `item ${at}: ${problem}`;
    }
    return undefined;
  };
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const sumAndSteps: Check = (value) =>
  Array.isArray(value) && value.length === 2 ? list(number)(value) : 'expected a sum and a number of steps';
const each =
  (check: Check): Check =>
  (value) => {
    if (!isRecord(value)) return 'expected an object';
    return list(check)(Object.values(value));
  };

const RUN = {
  position: object({ epoch: count, batch: count, step: count }),
  lossSum: number,
  examples: count,
  learningRate: number,
  evaluatedAt: optional(count),
  evaluation: optional(must(isRecord, 'an object')),
  history: list(object({ epoch: count, loss: number, learningRate: number })),
  clock: object({ training: number, all: number, images: number }),
};

/** The parts that are read of version 1; others, of a later one, are left alone. */
const PARTS = {
  run: object(RUN),
  identity: must(isRecord, 'an object'),
  api: text,
  plugins: list(object({ name: text, version: text })),
  states: list(
    object({
      plugin: text,
      key: text,
      version: must((value) => isCount(value, 1), 'a whole number of at least 1'),
      value: must((value) => value !== undefined, 'a value'),
      optional: optional(must((value) => typeof value === 'boolean', 'true or false')),
    }),
  ),
  streams: each(count),
};

const VERSION_1 = object(PARTS);

/** Sums of what steps logged are read since version 2, and whose values variables are evaluated with. */
const VERSION_2 = object({
  ...PARTS,
  run: object({ ...RUN, logged: each(sumAndSteps) }),
  evaluationWeights: optional(each(text)),
});

/** A plugin's state lies a few levels deep in the whole. */
const DEEPEST = DEEPEST_STATE + 10;

/**
 * What is wrong with the JSON part of a checkpoint, undefined where nothing is: a checksum proves that a file is as it was
 * written, not that it was written by a trainer. `version` is the format's: 1 or 2. Extra fields are let through.
 */
export function problemOf(
  json: unknown,
  tensors: ReadonlyMap<string, StoredTensor>,
  version: number,
): string | undefined {
  const check = version < 2 ? VERSION_1 : VERSION_2;
  return (
    check(json) ??
    contradictionOf(json) ??
    (version < 2 ? undefined : lostWeightIn(json, tensors)) ??
    danglingIn(json, tensors, DEEPEST)
  );
}

/** A variable that others are evaluated with, and that the file does not have. */
function lostWeightIn(json: unknown, tensors: ReadonlyMap<string, StoredTensor>): string | undefined {
  const { evaluationWeights = {} } = json as Pick<SnapshotJson, 'evaluationWeights'>;
  const lost = Object.values(evaluationWeights).find((name) => !tensors.has(VARIABLES + name));
  return lost === undefined ? undefined : `there is no array '${VARIABLES}${lost}' to evaluate with`;
}

/** A position that no run reaches: it would end as done without a step. */
function contradictionOf(json: unknown): string | undefined {
  const { position, history, evaluatedAt } = (json as { run: Run }).run;
  const { epoch, batch, step } = position;
  if (epoch + batch > step) return `after ${step} steps there is no batch ${batch} of epoch ${epoch}`;
  if (history.length < epoch || history.length > epoch + 1) {
    return `in epoch ${epoch} there are ${epoch} finished epochs, its history has ${history.length}`;
  }
  const strange = history.findIndex((record, at) => record.epoch !== at);
  if (strange >= 0) return `its history has epoch ${history[strange].epoch} where epoch ${strange} belongs`;
  if (evaluatedAt !== undefined && evaluatedAt > step)
    return `it was evaluated after ${evaluatedAt} of ${step} steps`;
  return undefined;
}

interface Run {
  readonly position: { readonly epoch: number; readonly batch: number; readonly step: number };
  readonly history: readonly { readonly epoch: number }[];
  readonly evaluatedAt?: number;
}

/** Arrays that a value names and the file does not have. */
function danglingIn(
  value: unknown,
  tensors: ReadonlyMap<string, StoredTensor>,
  deeper: number,
): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (deeper === 0) return `values lie more than ${DEEPEST} deep in one another`;
  if (isRecord(value) && '$array' in value) {
    const name = value.$array;
    return isText(name) && tensors.has(name) ? undefined : `there is no array '${String(name)}'`;
  }
  if (isRecord(value) && '$number' in value) {
    return isText(value.$number) ? undefined : "'$number' is no text";
  }
  for (const item of Object.values(value)) {
    const problem = danglingIn(item, tensors, deeper - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
