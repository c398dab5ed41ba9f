import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Dataset } from '../contract/dataset.js';
import type { VariableInfo } from '../contract/layers.js';
import { PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { StateValue } from '../contract/plugin.js';
import type { Role } from '../contract/roles.js';
import type { Assembly, OwnedState } from '../di/assemble.js';
import { trainerErrors } from '../errors.js';
import type { RunState } from '../loop/run-state.js';
import * as roles from '../contract/core-roles.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.js';
import type { StoredTensor } from './safetensors.js';
import { packState, unpackState } from './state-codec.js';

/** The parts of a trainer that a checkpoint is taken from and put back into. */
export interface SnapshotParts {
  readonly assembly: Assembly;
  readonly dataset: Dataset;
  readonly variables: readonly VariableInfo[];
  readonly seed: number;
  readonly batchSize: number;
}

type Packed = ReturnType<typeof packState>;

interface SavedState {
  readonly plugin: string;
  readonly key: string;
  readonly version: number;
  readonly value: Packed;
}

/** The JSON part of a checkpoint. */
export interface SnapshotJson {
  readonly run: Packed;
  /** What must be the same for the run to go on exactly. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly api: string;
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly states: readonly SavedState[];
  readonly streams: Readonly<Record<string, number>>;
}

/** What the names of stored variables begin with. */
export const VARIABLES = 'variables/';

/** Everything that resuming needs, as the bytes of a checkpoint. */
export async function takeSnapshot(parts: SnapshotParts, run: RunState): Promise<Uint8Array> {
  const { assembly, variables } = parts;
  const tensors = new Map<string, StoredTensor>();
  for (const { name, variable } of variables) {
    tensors.set(VARIABLES + name, {
      shape: variable.shape,
      data: (await variable.data()).slice() as Float32Array,
    });
  }
  const json: SnapshotJson = {
    run: packState(run as unknown as StateValue, 'run', tensors),
    identity: identityOf(parts),
    api: PLUGIN_API_VERSION,
    plugins: assembly.placed.map(({ plugin: { name, version } }) => ({ name, version })),
    states: assembly.states.map((owned) => packOwned(owned, tensors)),
    streams: Object.fromEntries(Array.from(assembly.streams, ([name, stream]) => [name, stream.position])),
  };
  return encodeCheckpoint({ tensors, json });
}

/**
 * Puts a checkpoint, which errors call `source`, back; checks all of it before it changes anything. Returns the run's state.
 */
export async function restoreSnapshot(
  parts: SnapshotParts,
  bytes: Uint8Array,
  source: string,
): Promise<RunState> {
  const { tensors, json } = await decodeCheckpoint(bytes, source);
  const snapshot = json as SnapshotJson;
  checkIdentity(identityOf(parts), snapshot.identity);
  checkVariables(parts.variables, tensors);
  checkStates(parts.assembly, snapshot);
  loadStates(parts.assembly.states, snapshot, tensors);
  for (const { name, variable } of parts.variables) assignValues(variable, tensors.get(VARIABLES + name)!);
  for (const [name, stream] of parts.assembly.streams) stream.position = snapshot.streams[name];
  return unpackState(snapshot.run, tensors) as unknown as RunState;
}

function packOwned({ plugin, key, state }: OwnedState, tensors: Map<string, StoredTensor>): SavedState {
  try {
    const value = packState(state.save(), `state/${plugin}/${key}`, tensors);
    return { plugin, key, version: state.version, value };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw trainerErrors.STATE_NOT_SAVED({ plugin, key, reason }, { cause });
  }
}

/** Loads every plugin's state; when one refuses, those before it get back what they had. */
function loadStates(
  states: readonly OwnedState[],
  snapshot: SnapshotJson,
  tensors: ReadonlyMap<string, StoredTensor>,
): void {
  const before = states.map(({ state }) => state.save());
  states.forEach(({ plugin, key, state }, at) => {
    const saved = snapshot.states.find((other) => other.plugin === plugin && other.key === key)!;
    try {
      state.load(unpackState(saved.value, tensors), saved.version);
    } catch (cause) {
      states.slice(0, at + 1).forEach((owned, index) => owned.state.load(before[index], owned.state.version));
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw trainerErrors.STATE_REJECTED({ plugin, key, reason }, { cause });
    }
  });
}

/** Roles that watch, keep, hurry or are over by then: a run may go on with others. */
const FREE_ROLES: readonly Role<unknown>[] = [
  roles.CHECKPOINTS,
  roles.INITIAL_WEIGHTS,
  roles.INSPECTORS,
  roles.METRICS,
  roles.STEP_COMPILER,
];

/** What must be the same for a run to go on: its data, and who fills every role that makes numbers, by name. */
function identityOf({ assembly, dataset, seed, batchSize }: SnapshotParts): Record<string, unknown> {
  const filled = assembly.roles
    .accounts()
    .filter(({ role }) => !FREE_ROLES.some((free) => free.token === role.token))
    .map(({ role, value, decorators }) => [
      `role ${role.name}`,
      [value, ...decorators].join(', decorated by '),
    ]);
  return {
    seed,
    batchSize,
    'data set': dataset.name,
    'class counts': dataset.classCounts,
    ...(Object.fromEntries(filled) as Record<string, unknown>),
  };
}

function checkIdentity(here: Record<string, unknown>, there: Readonly<Record<string, unknown>>): void {
  for (const [what, expected] of Object.entries(here)) {
    if (JSON.stringify(expected) !== JSON.stringify(there[what])) {
      throw trainerErrors.CHECKPOINT_MISMATCH({ what, expected, found: there[what] });
    }
  }
}

function checkVariables(
  variables: readonly VariableInfo[],
  tensors: ReadonlyMap<string, StoredTensor>,
): void {
  for (const { name, variable } of variables) {
    const found = tensors.get(VARIABLES + name)?.shape;
    if (JSON.stringify(found) !== JSON.stringify(variable.shape)) {
      throw trainerErrors.CHECKPOINT_MISMATCH({
        what: `the shape of '${name}'`,
        expected: variable.shape,
        found,
      });
    }
  }
  const known = new Set(variables.map((info) => VARIABLES + info.name));
  for (const name of tensors.keys()) {
    if (name.startsWith(VARIABLES) && !known.has(name)) {
      throw trainerErrors.CHECKPOINT_MISMATCH({
        what: `variable '${name.slice(VARIABLES.length)}'`,
        expected: 'absent',
        found: 'present',
      });
    }
  }
}

function checkStates({ placed, states, streams }: Assembly, snapshot: SnapshotJson): void {
  const here = new Map(placed.map(({ plugin }) => [plugin.name, plugin.version]));
  const there = new Map(snapshot.plugins.map(({ name, version }) => [name, version]));
  for (const { plugin, key, state } of states) {
    const found = snapshot.states.find((saved) => saved.plugin === plugin && saved.key === key);
    if (found === undefined) {
      throw trainerErrors.STATE_MISSING({ plugin, key, saved: there.get(plugin), here: here.get(plugin)! });
    }
    if (found.version > state.version) {
      const reason =
        `it was saved in version ${found.version} by '${plugin}' ${there.get(plugin)}, and ${here.get(plugin)} reads version ` +
        `${state.version} at most; use the version that saved it, or a newer one`;
      throw trainerErrors.STATE_REJECTED({ plugin, key, reason });
    }
  }
  for (const { plugin, key } of snapshot.states) {
    if (!states.some((state) => state.plugin === plugin && state.key === key)) {
      throw trainerErrors.STATE_UNCLAIMED({
        plugin,
        key,
        saved: there.get(plugin) ?? '',
        here: here.get(plugin),
      });
    }
  }
  const [expected, found] = [[...streams.keys()], Object.keys(snapshot.streams)].map((names) =>
    names.sort().join(' '),
  );
  if (expected !== found)
    throw trainerErrors.CHECKPOINT_MISMATCH({ what: 'the list of random streams', expected, found });
}

function assignValues(variable: Variable, { data, shape }: StoredTensor): void {
  const value = tf.tensor(data as Float32Array, [...shape], 'float32');
  variable.assign(value);
  value.dispose();
}
