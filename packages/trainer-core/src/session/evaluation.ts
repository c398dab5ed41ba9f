import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { Attribution } from '../assembly/attribution.js';
import type { ExampleSource } from '../contract/dataset.js';
import type { Metric, MetricAccumulator, MetricValues } from '../contract/metric.js';
import type { Replicas } from '../contract/replicas.js';
import type { EvaluationWeights, PosthocTransform } from '../contract/step.js';
import type { CompiledPlainStep, PlainStep } from '../contract/step-compiler.js';
import type { JoinedTask } from '../contract/task.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { readInputs } from '../parts/data/read-inputs.js';
import type { Network } from '../step/network.js';

/** What an evaluation runs with. */
export interface Evaluator {
  readonly task: JoinedTask;
  readonly metrics: readonly Metric[];
  readonly posthocTransforms: readonly PosthocTransform[];
  readonly evaluationWeights: EvaluationWeights;
  readonly attribution: Attribution;
  readonly replicas: Replicas;
  /** `inputs` to `logits` in evaluation mode, with the weights that the variables hold; see `asForward`. */
  readonly forward: CompiledPlainStep<ForwardInputs, ForwardOutputs>;
  readonly batchSize: number;
}

// Type aliases, since interfaces are no maps of tensors to TypeScript.
type ForwardInputs = { readonly inputs: Tensor };
type ForwardOutputs = { readonly logits: Tensor2D };

/** The network in evaluation mode as a step between named tensors, to be compiled; post-hoc transforms stay outside. */
export function asForward(network: Network): PlainStep<ForwardInputs, ForwardOutputs> {
  return ({ inputs }) => ({ logits: network.evaluate(inputs).logits });
}

/** In evaluation mode nothing asks for draws: layers get theirs from the context. */
const noDraw: Parameters<PlainStep>[1] = (_purpose, shape) => tf.zeros([...shape]);

/** Called after every batch with its logits `[rows, outputs]` and their places in the source; `false` ends the pass. */
type EachBatch = (logits: Float32Array, indices: Int32Array) => boolean | Promise<boolean>;

/** Runs the examples of a source through the network, with evaluation weights and post-hoc transforms. */
export async function forEachLogits(
  evaluator: Evaluator,
  source: ExampleSource,
  each: EachBatch,
): Promise<void> {
  evaluator.forward.look?.();
  await withEvaluationWeights(evaluator, async () => {
    for (const indices of batchesOf(source, evaluator.batchSize)) {
      if (!(await each(await logitsOf(evaluator, source, indices), indices))) return;
    }
  });
}

/** The places of a source in order, batch by batch. */
function batchesOf({ size }: ExampleSource, batchSize: number): readonly Int32Array[] {
  return Array.from({ length: Math.ceil(size / batchSize) }, (_, batch) => {
    const from = batch * batchSize;
    return Int32Array.from({ length: Math.min(batchSize, size - from) }, (_, row) => from + row);
  });
}

/** The logits `[rows, outputs]` of some examples, with the weights as they are. */
async function logitsOf(
  evaluator: Evaluator,
  source: ExampleSource,
  indices: Int32Array,
): Promise<Float32Array> {
  const values = await readInputs(source, indices);
  const logits = tf.tidy(() => {
    const inputs = tf.tensor(values, [indices.length, ...source.exampleShape]);
    return posthoc(evaluator, evaluator.forward({ inputs }, noDraw).logits);
  });
  const read = (await logits.data()) as Float32Array;
  logits.dispose();
  const nan = read.findIndex(Number.isNaN);
  if (nan >= 0) throw notANumber(indices, values, Math.floor((nan * indices.length) / read.length));
  return read;
}

/** No metric says anything of NaN; −∞ is a class that a transform rules out. */
function notANumber(indices: Int32Array, inputs: Float32Array, row: number): Error {
  const size = inputs.length / indices.length;
  const input = inputs.subarray(row * size, (row + 1) * size).find((value) => !Number.isFinite(value));
  return trainerErrors.OUTPUT_NOT_FINITE({ example: indices[row], input });
}

/** Plain logits `[batch, outputs]` through the post-hoc transforms, in the caller's tidy. */
export function posthoc({ task, posthocTransforms, attribution }: Evaluator, plain: Tensor2D): Tensor2D {
  if (posthocTransforms.length === 0) return plain;
  const context = task.posthocContext();
  return posthocTransforms.reduce<Tensor2D>((logits, transform) => {
    const changed = transform.transform(logits, context);
    if (!tf.util.arraysEqual(changed.shape, plain.shape)) {
      const shapes = [plain, changed].map(({ shape }) => `[${shape.join(', ')}]`);
      attribution.refuse(transform, 'transform', `expected logits ${shapes[0]}, it gave ${shapes[1]}`);
    }
    return changed;
  }, plain);
}

/** Does `work` while the variables hold their evaluation weights. */
export async function withEvaluationWeights<Result>(
  evaluator: Pick<Evaluator, 'evaluationWeights' | 'attribution'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const swapped: Swapped[] = [];
  try {
    swapWeights(evaluator, swapped);
    return await work();
  } finally {
    for (const { variable, trained } of swapped) {
      variable.assign(trained);
      trained.dispose();
    }
  }
}

/**
 * All metrics of a source, their values in one record; undefined when `onProgress` said to stop. Processes that train together
 * take turns with the batches, and the one that leads measures what all of them computed.
 */
export async function measure(
  evaluator: Evaluator,
  source: ExampleSource,
  onProgress: (done: number) => boolean | Promise<boolean> = () => true,
): Promise<MetricValues | undefined> {
  const { metrics, task, replicas, batchSize } = evaluator;
  const { rank, size } = replicas;
  const accumulators = metrics.map((metric) => metric.start(task.metricContext));
  evaluator.forward.look?.();
  const batches = batchesOf(source, batchSize);
  const whole = await withEvaluationWeights(evaluator, async () => {
    let done = 0;
    for (let at = 0; at < batches.length; at += size) {
      const round = batches.slice(at, at + size);
      const own = round.at(rank);
      const logits = own ? await logitsOf(evaluator, source, own) : new Float32Array(0);
      const gathered = await replicas.gather(logits);
      for (const [turn, indices] of round.slice(0, gathered.length).entries()) {
        const truth = task.truthOf(source, indices);
        for (const accumulator of accumulators) accumulator.add(gathered[turn], truth);
      }
      done += round.reduce((sum, indices) => sum + indices.length, 0);
      if (!(await onProgress(done))) break;
    }
    return done === source.size;
  });
  if (!whole) return undefined;
  return replicas.fromLeader(() => valuesOf(evaluator, accumulators));
}

function valuesOf(
  { metrics, attribution }: Evaluator,
  accumulators: readonly MetricAccumulator[],
): MetricValues {
  const values: Record<string, MetricValues[string]> = {};
  metrics.forEach((metric, at) => {
    for (const [key, value] of Object.entries(accumulators[at].result())) {
      if (key in values) throw trainerErrors.DUPLICATE_METRIC({ metric: metric.name, key });
      if (!isMetricValue(value)) {
        const problem = `'${key}' should be a number, null, or a list of them`;
        attribution.refuse(metric, 'start().result', problem);
      }
      values[key] = value;
    }
  });
  return values;
}

function isMetricValue(value: unknown): value is MetricValues[string] {
  const isNumber = (each: unknown) => each === null || typeof each === 'number';
  return Array.isArray(value) ? value.every(isNumber) : isNumber(value);
}

/** A variable that holds its evaluation weights, and the trained ones to put back. */
interface Swapped {
  readonly variable: Variable;
  readonly trained: Tensor;
}

/** Puts the evaluation weights in place, noting each in `swapped` before the next, so that all can be put back. */
function swapWeights(
  { evaluationWeights, attribution }: Pick<Evaluator, 'evaluationWeights' | 'attribution'>,
  swapped: Swapped[],
): void {
  for (const [variable, substitute] of evaluationWeights.substitutes()) {
    if (!tf.util.arraysEqual(variable.shape, substitute.shape)) {
      const shapes = [variable, substitute].map(({ shape }) => `[${shape.join(', ')}]`);
      const problem = `the substitute of a variable ${shapes[0]} is ${shapes[1]}`;
      attribution.refuse(evaluationWeights, 'substitutes', problem);
    }
    const trained = tf.clone<Tensor>(variable);
    swapped.push({ variable, trained });
    variable.assign(substitute);
  }
}
