import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Variable } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import type { Handle, HostValues, RecordableBackend } from './recordable-backend.js';
import { Recorder } from './recorder.js';
import type { Draw, Step } from './step.js';

/** Where a value comes from that the step does not compute. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  /** `place` among the draws of the call. */
  | { readonly kind: 'draw'; readonly place: number }
  | { readonly kind: 'variable'; readonly variable: Variable }
  /** A tensor of somebody else, alive before the step and after it. */
  | { readonly kind: 'captured'; readonly id: number };

/** A value from outside, with its handle in this recording. */
export interface Outside extends Handle {
  readonly source: Source;
}

/** What a step asked the host for. */
export interface DrawRequest {
  readonly purpose: string;
  readonly shape: readonly number[];
  /** Whether the first axis is that of the batch's rows. */
  readonly rows?: boolean;
}

/** A value that the step made on the host. */
export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: HostValues;
}

/** One call of TensorFlow. */
export interface RecordedOp {
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly Handle[];
}

/** Everything that one call of a step did, in order; values are named by their handles. */
export interface Recording {
  readonly ops: readonly RecordedOp[];
  readonly constants: ReadonlyMap<number, Constant>;
  readonly outside: ReadonlyMap<number, Outside>;
  /** In the order of asking. */
  readonly draws: readonly DrawRequest[];
  readonly outputs: readonly (readonly [name: string, id: number])[];
  readonly updates: readonly (readonly [variable: Variable, id: number])[];
  /** Variables that the step made: another call will find them there. */
  readonly newVariables: readonly Variable[];
  /** Why the step cannot be replayed. */
  readonly problem: string | undefined;
  /** Whether it reaches other processes, so that what was computed eagerly is of the right shapes only. */
  readonly reduces: boolean;
}

/**
 * Runs a step eagerly, variables included, and writes down what it did. To be called in `tf.tidy`: until its end the
 * handles from outside stay as they were before the step. Other processes hear nothing of it: a reduction gives what it was
 * given, so its outputs count for nothing where it `reduces`.
 */
export function record<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  backend: RecordableBackend,
  step: Step<Inputs, Outputs>,
  inputs: Inputs,
  draw: Draw,
): { outputs: Outputs; recording: Recording } {
  const recorder = new Recorder(backend);
  const aliases = Object.entries(inputs).map(([name, tensor]) => [name, recorder.input(name, tensor)]);
  recorder.start();
  try {
    const outputs = tf.tidy(() =>
      step(Object.fromEntries(aliases) as Inputs, (...request) => recorder.draw(draw, ...request)),
    );
    return { outputs, recording: recorder.finish(outputs) };
  } finally {
    recorder.stop();
    recorder.handOver();
  }
}

/**
 * Writes down what a step does now, without computing any of it: its host code runs, and each op gives shapes that it had in
 * `known`. Undefined where it leaves that path. Variables are as before, and so is everything else that is pure.
 */
export function glance<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  backend: RecordableBackend,
  step: Step<Inputs, Outputs>,
  inputs: Inputs,
  draw: Draw,
  known: readonly RecordedOp[],
): Recording | undefined {
  let seen: Recording | undefined;
  tf.tidy(() => {
    const recorder = new Recorder(backend, known);
    const aliases = Object.entries(inputs).map(([name, tensor]) => [name, recorder.input(name, tensor)]);
    recorder.start();
    try {
      const outputs = tf.tidy(() =>
        step(Object.fromEntries(aliases) as Inputs, (...request) => recorder.draw(draw, ...request)),
      );
      seen = recorder.finish(outputs);
    } catch {
      // Another op, or what the step throws: a whole look tells.
    } finally {
      recorder.stop();
      recorder.takeBack();
      recorder.handOver();
    }
  });
  return seen;
}
