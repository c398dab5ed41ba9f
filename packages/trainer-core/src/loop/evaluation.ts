import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { EVALUATION_WEIGHTS, POSTHOC_TRANSFORMS } from '../contract/core-roles.js';
import type { ExampleSource } from '../contract/dataset.js';
import type { Metric, MetricContext, MetricValues } from '../contract/metric.js';
import type { Resolve } from '../contract/plugin.js';
import type { PlainStep } from '../contract/step-compiler.js';
import { trainerErrors } from '../errors.js';
import { readPlain } from './batch-reader.js';
import type { Network } from './network.js';

/** What an evaluation runs with. */
export interface Evaluator {
  readonly resolve: Resolve;
  /** `images` to `logits` in evaluation mode, with the weights that the variables hold; see `asForward`. */
  readonly forward: PlainStep;
  /** `[classes]`, summing to 1. */
  readonly datasetPrior: readonly number[];
  readonly batchSize: number;
}

/** The network in evaluation mode as a step between named tensors, to be compiled; post-hoc transforms stay outside. */
export function asForward(network: Network): PlainStep {
  return ({ images }) => ({ logits: network.evaluate(images).logits });
}

/** In evaluation mode nothing asks for draws: layers get theirs from the context. */
const noDraw: Parameters<PlainStep>[1] = (_purpose, shape) => tf.zeros([...shape]);

/** Called after every batch with its logits `[rows, classes]` and labels. */
type EachBatch = (logits: Float32Array, labels: Int32Array) => void | Promise<void>;

/** Runs every example of a source through the network, with evaluation weights and post-hoc transforms. */
export async function forEachLogits(
  evaluator: Evaluator,
  source: ExampleSource,
  each: EachBatch,
): Promise<void> {
  const { resolve, forward, batchSize } = evaluator;
  await withEvaluationWeights(resolve, async () => {
    for (let from = 0; from < source.size; from += batchSize) {
      const size = Math.min(batchSize, source.size - from);
      const indices = Int32Array.from({ length: size }, (_, row) => from + row);
      const { images, labels } = await readPlain(source, indices);
      const logits = tf.tidy(() => {
        const input = tf.tensor(images, [size, ...source.exampleShape]);
        return posthoc(evaluator, forward({ images: input }, noDraw).logits as Tensor2D);
      });
      const values = (await logits.data()) as Float32Array;
      logits.dispose();
      await each(values, labels);
    }
  });
}

/** Plain logits `[batch, classes]` through the post-hoc transforms. */
export function posthoc({ resolve, datasetPrior }: Evaluator, plain: Tensor2D): Tensor2D {
  const context = { datasetPrior: tf.tensor1d([...datasetPrior]) as Tensor1D };
  const transforms = resolve(POSTHOC_TRANSFORMS);
  return transforms.reduce<Tensor2D>((logits, transform) => transform.transform(logits, context), plain);
}

/** Does `work` while the variables hold their evaluation weights. */
export async function withEvaluationWeights<Result>(
  resolve: Resolve,
  work: () => Promise<Result>,
): Promise<Result> {
  const swapped: Swapped[] = [];
  try {
    swapWeights(resolve, swapped);
    return await work();
  } finally {
    for (const { variable, trained } of swapped) {
      variable.assign(trained);
      trained.dispose();
    }
  }
}

/** All metrics of a source, their values in one record. */
export async function measure(
  evaluator: Evaluator,
  source: ExampleSource,
  metrics: readonly Metric[],
  context: MetricContext,
  onProgress: (done: number) => void | Promise<void>,
): Promise<MetricValues> {
  const accumulators = metrics.map((metric) => metric.start(context));
  let done = 0;
  await forEachLogits(evaluator, source, (logits, labels) => {
    for (const accumulator of accumulators) accumulator.add(logits, labels);
    done += labels.length;
    return onProgress(done);
  });
  const values: Record<string, MetricValues[string]> = {};
  metrics.forEach(({ name }, at) => {
    for (const [key, value] of Object.entries(accumulators[at].result())) {
      if (key in values) throw trainerErrors.DUPLICATE_METRIC({ metric: name, key });
      values[key] = value;
    }
  });
  return values;
}

/** A variable that holds its evaluation weights, and the trained ones to put back. */
interface Swapped {
  readonly variable: Variable;
  readonly trained: Tensor;
}

/** Puts the evaluation weights in place, noting each in `swapped` before the next, so that all can be put back. */
function swapWeights(resolve: Resolve, swapped: Swapped[]): void {
  for (const [variable, substitute] of resolve(EVALUATION_WEIGHTS).substitutes()) {
    const trained = tf.clone<Tensor>(variable);
    swapped.push({ variable, trained });
    variable.assign(substitute);
  }
}
