import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { DeferredOps } from './deferred-ops.js';
import type { Outlines } from './outlines.js';
import type { RecordableBackend } from './recordable-backend.js';
import { Recorder } from './recorder.js';
import type { Recording } from './recording.js';
import type { Draw, Step } from './step.js';

/** What a step did, and its results, which may not be computed yet. */
export interface Watched<Outputs> {
  readonly recording: Recording;
  /** What the step gives; computes what was put off. Throws what TensorFlow says of the values. */
  outputs(): Outputs;
  /** Gives variables whose new values were not computed those from before, or the first that they had. */
  takeBack(): void;
  /** Frees what was put off, after `takeBack`. */
  end(): void;
}

/**
 * Runs the host code of a step, variables included, and writes down what it asks for, which is put off where there are `outlines`. To be
 * called in `tf.tidy`: until its end the handles from outside stay as they were before the step. Other processes hear nothing of it: a
 * reduction gives what it was given, so its outputs count for nothing where it `reduces`. When the step throws, what it moved until then is computed.
 */
export function record<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  backend: RecordableBackend,
  step: Step<Inputs, Outputs>,
  inputs: Inputs,
  draw: Draw,
  outlines: Outlines | undefined,
): Watched<Outputs> {
  const ops = new DeferredOps(backend, outlines);
  const recorder = new Recorder(backend, ops);
  const aliases = Object.entries(inputs).map(([name, tensor]) => [name, recorder.input(name, tensor)]);
  const takeBack = (): void => recorder.takeBack();
  const end = (): void => {
    ops.end();
    takeBack();
    // What made the first values of variables.
    ops.end();
  };
  recorder.start();
  try {
    const outputs = tf.tidy(() =>
      step(Object.fromEntries(aliases) as Inputs, (...request) => recorder.draw(draw, ...request)),
    );
    const recording = recorder.finish(outputs);
    const known = [...Object.values(outputs), ...recording.updates.map(([variable]) => variable)];
    // Somebody else keeps a tensor that the step made.
    ops.computeHeld(known);
    const compute = (): Outputs => {
      ops.computeHeld();
      return outputs;
    };
    return { recording, outputs: compute, takeBack, end };
  } catch (error) {
    recorder.stop();
    try {
      ops.computeHeld();
    } catch {
      // What the step threw comes first.
    }
    end();
    throw error;
  } finally {
    recorder.stop();
    recorder.handOver();
  }
}
