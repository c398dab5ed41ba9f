import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { RecordableBackend } from './recordable-backend.js';
import { Recorder } from './recorder.js';
import type { RecordedOp, Recording } from './recording.js';
import type { Draw, Step } from './step.js';

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
  const run = watched(recorder, step, inputs, draw);
  try {
    return run();
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
    const run = watched(recorder, step, inputs, draw);
    try {
      seen = run().recording;
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

/** Starts a recorder; what is returned runs the step under it. */
function watched<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  recorder: Recorder,
  step: Step<Inputs, Outputs>,
  inputs: Inputs,
  draw: Draw,
): () => { outputs: Outputs; recording: Recording } {
  const aliases = Object.entries(inputs).map(([name, tensor]) => [name, recorder.input(name, tensor)]);
  recorder.start();
  return () => {
    const outputs = tf.tidy(() =>
      step(Object.fromEntries(aliases) as Inputs, (...request) => recorder.draw(draw, ...request)),
    );
    return { outputs, recording: recorder.finish(outputs) };
  };
}
