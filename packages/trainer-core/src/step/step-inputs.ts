import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { HostBatch } from '../contract/dataset.js';
import type { Position } from '../contract/events.js';
import type { Sampler } from '../contract/sampler.js';
import type { RowShare } from '../contract/replicas.js';
import type { StepContext } from '../contract/step.js';
import type { Draw } from '../contract/step-compiler.js';
import type { JoinedTask } from '../contract/task.js';
import { createRandom } from '../random/random-stream.js';

/** What goes with the rows of a batch is known by this beginning of its name. */
export const ROWS = 'rows/';

/** What the inputs of every step are made from. */
export interface StepSources {
  readonly task: JoinedTask;
  readonly exampleShape: readonly number[];
  readonly sampler: Sampler;
}

/** The tensors of one step, in the caller's tidy; those of the batch's rows under names that begin with {@link ROWS}. */
export function stepInputs(
  { task, exampleShape, sampler }: StepSources,
  batch: HostBatch,
  { epoch, epochs, step }: Position & { readonly epochs: number },
  learningRate: number,
): NamedTensorMap {
  const size = batch.indices.length;
  const { rows, shared } = task.stepInputs(batch, sampler, epoch);
  const ofRows: NamedTensorMap = {
    inputs: tf.tensor(batch.inputs, [size, ...exampleShape]),
    ...rows,
    targets: tf.tensor2d(batch.targets, [size, task.targetWidth]),
    indices: tf.tensor1d(batch.indices, 'int32'),
  };
  return {
    ...Object.fromEntries(Object.entries(ofRows).map(([name, value]) => [ROWS + name, value])),
    ...shared,
    epoch: tf.scalar(epoch),
    epochs: tf.scalar(epochs),
    step: tf.scalar(step),
    learningRate: tf.scalar(learningRate),
  };
}

/** The inputs of a step as its parts see them. */
export function contextInputs(
  inputs: NamedTensorMap,
): Pick<StepContext, 'targets' | 'indices' | 'epoch' | 'epochs' | 'step'> {
  const named = Object.entries(inputs).map(([name, value]) => [name.replace(ROWS, ''), value] as const);
  const all: Record<string, Tensor> = Object.fromEntries(named);
  const { epoch, epochs, step } = all as Record<string, Scalar>;
  return {
    ...all,
    targets: all.targets as Tensor2D,
    indices: all.indices as Tensor1D,
    epoch,
    epochs,
    step,
  };
}

/**
 * What a step draws: a function of seed, purpose, place among the draws of that purpose, and step. A draw for rows is the
 * part of the whole batch's that belongs to the rows of `share`.
 */
export function drawsOf(seed: number, step: number, share?: RowShare): Draw {
  const draws = new Map<string, number>();
  return (purpose, shape, { rows = false } = {}) => {
    const draw = draws.get(purpose) ?? 0;
    draws.set(purpose, draw + 1);
    const random = createRandom(seed, 'uniform', purpose, draw, step);
    const length = shape.reduce((product, axis) => product * axis, 1);
    // 24 bits: every value is exact in float32, and none rounds to 1.
    const next = () => (random.uint32() >>> 8) / 0x100_0000;
    const before = rows && share !== undefined ? share.from * (length / shape[0]) : 0;
    for (let skipped = 0; skipped < before; skipped++) next();
    return tf.tensor(Float32Array.from({ length }, next), [...shape]);
  };
}
