import { errorEntry, quoteAll } from '@evenkeel/errors';

/** Where a step stands, zero-based. */
export interface StepPlace {
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  readonly tag: string;
}

const EXAMPLE_PLACE: StepPlace = { epoch: 0, batch: 3, step: 3, tag: 'base' };

function stepPlace({ epoch, batch, step, tag }: StepPlace): string {
  return `epoch ${epoch + 1}, batch ${batch + 1} (step ${step + 1} of the run, tag '${tag}')`;
}

function quoted(name: string): string {
  return name === 'the loss' ? 'the loss itself' : `'${name}'`;
}

const DIVERGED =
  `Nothing was changed. Lower the learning rate, add warm-up or gradient clipping: this checkpoint, or an earlier one, resumes with ` +
  `another schedule by resume(location, { changed: ['SCHEDULE'] }).`;

/** What can be wrong with data, numbers and measurements while a run is under way. */
export const trainingErrors = {
  DUPLICATE_VARIABLE: errorEntry(
    (d: { variable: string }) =>
      `A variable named '${d.variable}' exists already in this trainer. Names must be unique within a scope.`,
    { variable: 'backbone/conv1/kernel' },
  ),
  BAD_PRIOR: errorEntry(
    (d: { sampler: string; tag: string; classes: number; length: number; sum: number }) =>
      `Sampler '${d.sampler}' gave a class prior for tag '${d.tag}' of ${d.length} values that sum to ${d.sum}. Expected ` +
      `${d.classes} shares of at least 0 that sum to 1: let classPrior be the distribution that its batches are drawn from.`,
    { sampler: 'mine', tag: 'base', classes: 10, length: 10, sum: 12 },
  ),
  BAD_LOG: errorEntry(
    (d: { name: string; problem: string }) =>
      `'${d.name}' was given to log, but ${d.problem}. Expected one float32 scalar for each name and step.`,
    { name: 'gradient norm', problem: 'it is float32 [2]' },
  ),
  LOSS_NOT_FINITE: errorEntry(
    (d: StepPlace & { loss: number; first: string; learningRate: number }) =>
      `Expected a finite loss, received ${d.loss} in ${stepPlace(d)}, at learning rate ${d.learningRate}; the first value that would ` +
      `not have been finite is ${quoted(d.first)}. ${DIVERGED}`,
    { loss: NaN, first: 'backbone/kernel', ...EXAMPLE_PLACE, learningRate: 10 },
  ),
  UPDATE_NOT_FINITE: errorEntry(
    (d: StepPlace & { loss: number; first: string; learningRate: number }) =>
      `The loss ${d.loss} is finite in ${stepPlace(d)}, but the new value of ${quoted(d.first)} would not be (its gradient, or an ` +
      `update that a layer or the optimizer asked for), at learning rate ${d.learningRate}. ${DIVERGED}`,
    { loss: 2.3, first: 'backbone/kernel', ...EXAMPLE_PLACE, learningRate: 10 },
  ),
  DATA_NOT_FINITE: errorEntry(
    (d: StepPlace & { what: string; value: number; example: number }) =>
      `Training example ${d.example} has the ${d.what} value ${d.value} in ${stepPlace(d)}. Expected finite numbers from the data ` +
      `set and every batch transform. Nothing was changed: correct the data, and resume.`,
    { what: 'input', value: NaN, example: 17, ...EXAMPLE_PLACE },
  ),
  BAD_UPDATE: errorEntry(
    (d: { variable: string; problem: string }) =>
      `A layer or optimizer asked for a new value of variable '${d.variable}': ${d.problem}. Nothing was changed.`,
    { variable: 'mean', problem: 'expected float32 [64], received float32 [32]' },
  ),
  BAD_DATASET: errorEntry(
    (d: { dataset: string; problem: string }) => `Data set '${d.dataset}' contradicts itself: ${d.problem}.`,
    { dataset: 'mine', problem: 'train.labels has class 3, expected 0 .. 2' },
  ),
  BAD_BATCH: errorEntry(
    (d: { tag: string; problem: string }) =>
      `A batch of tag '${d.tag}' that the sampler planned cannot be read: ${d.problem}. Correct the sampler.`,
    { tag: 'base', problem: 'it has index 20, expected 0 .. 19' },
  ),
  BAD_PLAN: errorEntry(
    (d: { sampler: string; epoch: number; expected: number; received: number }) =>
      `Sampler '${d.sampler}' announced ${d.expected} batches in epoch ${d.epoch + 1} and planned ${d.received}. ` +
      `Expected the same number, at least 1: let batchesIn(epoch) be the length of plan(seed, epoch).`,
    { sampler: 'mine', epoch: 0, expected: 10, received: 9 },
  ),
  NOT_MEASURED: errorEntry(
    (d: { metric: string; value: string; measured: readonly string[] }) =>
      `The evaluation has no value '${d.value}' of metric '${d.metric}': ` +
      (d.measured.length === 0 ? 'nothing was measured' : `it has ${quoteAll(d.measured)}`) +
      `. Evaluate, and add the metric to 'metrics' or do not replace it.`,
    { metric: 'accuracy', value: 'few', measured: ['mae', 'rmse'] },
  ),
  DUPLICATE_METRIC: errorEntry(
    (d: { metric: string; key: string }) =>
      `Metric '${d.metric}' gives a value '${d.key}' that an earlier metric gives too. Rename one, or leave one out.`,
    { metric: 'topK', key: 'top5' },
  ),
  BAD_POSITION: errorEntry(
    (d: { problem: string }) =>
      `The checkpoint does not belong to this run: ${d.problem}. Nothing was changed. Resume another one; where the sampler was changed ` +
      `on purpose, resume(location, { changed: ['SAMPLER'] }).`,
    { problem: "after 3 steps it stands in epoch 4, and sampler 'instance-balanced' plans 18 before that" },
  ),
  FEWER_EPOCHS: errorEntry(
    (d: { epochs: number; done: number }) =>
      `fit: expected epochs of at least ${d.done}, which this run has finished, received ${d.epochs}. Nothing was changed. Ask for more, or ` +
      `begin another run.`,
    { epochs: 2, done: 5 },
  ),
  OTHER_SHAPE: errorEntry(
    (d: { expected: readonly number[]; received: readonly number[] }) =>
      `predict: expected examples of shape [${d.expected.join(', ')}], as the network was trained on, received [${d.received.join(', ')}]. Give ` +
      `the source that shape.`,
    { expected: [32, 32, 3], received: [28, 28, 1] },
  ),
  OUTPUT_NOT_FINITE: errorEntry(
    (d: { example: number; input: number | undefined }) =>
      `The network gives NaN for example ${d.example} of the part that is evaluated or predicted. ` +
      (d.input === undefined
        ? 'Expected numbers; its inputs are finite, so look at the weights that it is evaluated with and at post-hoc transforms.'
        : `Its inputs hold ${d.input}, expected finite numbers: correct the data.`),
    { example: 17, input: NaN },
  ),
  UNKNOWN_SPLIT: errorEntry(
    (d: { split: string; dataset: string; available: readonly string[] }) =>
      `Data set '${d.dataset}' has no '${d.split}' part. Available: ${quoteAll(d.available)}.`,
    { split: 'validation', dataset: 'cifar10-lt', available: ['train', 'test'] },
  ),
};
