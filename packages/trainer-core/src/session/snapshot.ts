import { messageOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { CheckpointReason } from '../contract/events.js';
import type { VariableInfo } from '../contract/layers.js';
import { PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { StateValue } from '../contract/plugin.js';
import type { EvaluationWeights } from '../contract/step.js';
import type { Assembly, OwnedState } from '../assembly/assemble.js';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint-file.js';
import type { StoredTensor } from '../checkpoint/safetensors.js';
import { VARIABLES } from '../checkpoint/snapshot-json.js';
import type { SavedState, SnapshotJson } from '../checkpoint/snapshot-json.js';
import { packState, unpackState } from '../checkpoint/state-codec.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { checkIdentity, identityOf } from './identity.js';
import type { RunState } from './run-state.js';
import type { Session } from './session.js';

/** Keeps a checkpoint of a run in the store of its session; returns where it can be resumed from. */
export async function keepCheckpoint(
  session: Session,
  run: RunState,
  reason: CheckpointReason,
): Promise<string> {
  const bytes = await takeSnapshot(session, run);
  const { position, evaluatedAt } = run;
  const evaluation = evaluatedAt === position.step ? run.evaluation : undefined;
  return session.checkpoints.save({ position, reason, evaluation, bytes });
}

/** Everything that resuming needs, as the bytes of a checkpoint. */
async function takeSnapshot(session: Session, run: RunState): Promise<Uint8Array> {
  const { assembly, store, evaluator } = session;
  const variables = store.all();
  const tensors = new Map<string, StoredTensor>();
  for (const { name, variable } of variables) {
    // The cpu backend keeps a cast from truth values or whole numbers as the array that it was.
    const data = new Float32Array(await variable.data());
    const wrong = data.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw trainerErrors.CHECKPOINT_NOT_FINITE({ variable: name, value: wrong });
    tensors.set(VARIABLES + name, { shape: variable.shape, data });
  }
  const json: SnapshotJson = {
    run: packState(run, 'run', tensors),
    identity: await identityOf(session),
    evaluationWeights: namesOfSubstitutes(variables, evaluator.evaluationWeights),
    api: PLUGIN_API_VERSION,
    plugins: assembly.placed.map(({ plugin: { name, version } }) => ({ name, version })),
    states: assembly.states.map((owned) => packOwned(owned, tensors)),
    streams: Object.fromEntries(Array.from(assembly.streams, ([name, stream]) => [name, stream.position])),
  };
  return encodeCheckpoint({ tensors, json });
}

/**
 * Puts a checkpoint, which errors call `source`, back; checks all of it before it changes anything. Returns the run's state.
 * `onLost` hears of plugins that refuse it and do not take back what they had, before that is thrown.
 */
export async function restoreSnapshot(
  session: Session,
  bytes: Uint8Array,
  source: string,
  changed: readonly string[] = [],
  onLost: (plugins: readonly string[]) => void = () => undefined,
): Promise<RunState> {
  const { assembly, store } = session;
  const { tensors, json: snapshot, version } = await decodeCheckpoint(bytes, source);
  if (version < 2) throw trainerErrors.CHECKPOINT_OLD({ source, version });
  const variables = store.all();
  checkIdentity(await identityOf(session), snapshot.identity, changed);
  checkVariables(variables, tensors);
  checkStates(assembly, snapshot);
  loadStates(assembly.states, snapshot, tensors, onLost);
  for (const { name, variable } of variables) assignValues(variable, tensors.get(VARIABLES + name)!);
  for (const [name, stream] of assembly.streams) stream.position = snapshot.streams[name] ?? 0;
  // What is read has been checked by the reader of the format.
  const read: unknown = unpackState(snapshot.run, tensors);
  const run = read as RunState;
  return changed.length > 0 ? { ...run, planChanged: true } : run;
}

/** Which variables are evaluated with the values of which others, by name. */
function namesOfSubstitutes(
  variables: readonly VariableInfo[],
  weights: EvaluationWeights,
): Readonly<Record<string, string>> {
  const names = new Map(variables.map(({ variable, name }) => [variable, name]));
  return Object.fromEntries(
    Array.from(weights.substitutes(), ([variable, substitute]) => {
      const pair = [names.get(variable), names.get(substitute)];
      return pair.every((name) => name !== undefined) ? [pair] : [];
    }).flat(),
  ) as Record<string, string>;
}

function packOwned(owned: OwnedState, tensors: Map<string, StoredTensor>): SavedState {
  const { plugin, key, state } = owned;
  const value = saving(owned, () => packState(state.save(), `state/${plugin}/${key}`, tensors));
  return { plugin, key, version: state.version, value, ...(state.optional && { optional: true }) };
}

/** Asks a plugin for its state, in the plugin's name. */
function saving<Result>({ plugin, key }: OwnedState, save: () => Result): Result {
  try {
    return save();
  } catch (cause) {
    throw trainerErrors.STATE_NOT_SAVED({ plugin, key, reason: messageOf(cause) }, { cause });
  }
}

/** Loads every plugin's state; when one refuses, those before it get back what they had. */
function loadStates(
  states: readonly OwnedState[],
  snapshot: SnapshotJson,
  tensors: ReadonlyMap<string, StoredTensor>,
  onLost: (plugins: readonly string[]) => void,
): void {
  const before = states.map((owned) => saving(owned, () => owned.state.save()));
  states.forEach(({ plugin, key, state }, at) => {
    const saved = snapshot.states.find((other) => other.plugin === plugin && other.key === key);
    if (saved === undefined) return;
    try {
      state.load(unpackState(saved.value, tensors), saved.version);
    } catch (cause) {
      const unknown = states.slice(0, at + 1).flatMap((owned, index) => putBack(owned, before[index]));
      onLost(unknown);
      const details = { plugin, key, reason: messageOf(cause), ...(unknown.length > 0 && { unknown }) };
      throw trainerErrors.STATE_REJECTED(details, { cause });
    }
  });
}

/** Gives a plugin the state that it had; its name where it does not take that either. */
function putBack({ plugin, state }: OwnedState, value: StateValue): readonly string[] {
  try {
    state.load(value, state.version);
    return [];
  } catch {
    return [plugin];
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

function checkStates({ placed, states }: Assembly, snapshot: SnapshotJson): void {
  const here = new Map(placed.map(({ plugin }) => [plugin.name, plugin.version]));
  const there = new Map(snapshot.plugins.map(({ name, version }) => [name, version]));
  for (const { plugin, key, state } of states) {
    const found = snapshot.states.find((saved) => saved.plugin === plugin && saved.key === key);
    if (found === undefined) {
      if (state.optional) continue;
      throw trainerErrors.STATE_MISSING({ plugin, key, saved: there.get(plugin), here: here.get(plugin)! });
    }
    if (found.version > state.version) {
      const reason =
        `it was saved in version ${found.version} by '${plugin}' ${there.get(plugin)}, and ${here.get(plugin)} reads version ` +
        `${state.version} at most; use the version that saved it, or a newer one`;
      throw trainerErrors.STATE_REJECTED({ plugin, key, reason });
    }
  }
  for (const { plugin, key, optional } of snapshot.states) {
    if (!optional && !states.some((state) => state.plugin === plugin && state.key === key)) {
      throw trainerErrors.STATE_UNCLAIMED({
        plugin,
        key,
        saved: there.get(plugin) ?? '',
        here: here.get(plugin),
      });
    }
  }
}

function assignValues(variable: Variable, { data, shape }: StoredTensor): void {
  const value = tf.tensor(data as Float32Array, [...shape], 'float32');
  variable.assign(value);
  value.dispose();
}
