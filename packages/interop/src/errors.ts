import { defineErrors, errorEntry, optionEntry, quoteAll, show } from '@evenkeel/errors';

/** Everything that keeps a model, a data set or an optimizer from being used as it is. */
export const interopErrors = defineErrors('INTEROP', {
  BAD_OPTION: optionEntry({
    where: 'fromAsyncIterable',
    option: 'maxExamples',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  NOT_A_BACKBONE: errorEntry(
    (d: { model: string; expected: string; received: string }) =>
      `The layers model '${d.model}' cannot be a backbone: expected ${d.expected}, received ${d.received}. ` +
      `End it with global average pooling or flatten, without classifier and softmax; the role CLASSIFIER brings those.`,
    {
      model: 'model1',
      expected: 'one output [batch, features]',
      received: '[batch, 4, 4, 16]',
    },
  ),
  WRONG_INPUT: errorEntry(
    (d: { model: string; expected: readonly (number | null)[]; received: readonly number[] }) =>
      `The layers model '${d.model}': expected examples of shape [${d.expected.map((size) => size ?? 'any').join(', ')}], ` +
      `received [${d.received.join(', ')}]. Build the model for the shape of the data set.`,
    { model: 'model1', expected: [28, 28, 1] as readonly (number | null)[], received: [32, 32, 3] },
  ),
  UNREPEATABLE: errorEntry(
    (d: { model: string; layers: readonly string[] }) =>
      `The layers model '${d.model}': ${quoteAll(d.layers)} would draw or remember by themselves; expected layers that a ` +
      `resumed run can repeat. Leave them out (a feature transform draws from context.uniform), or accept that resume is ` +
      `not exact with fromLayersModel(model, { inexact: true }).`,
    { model: 'model1', layers: ['dropout_Dropout1'] as readonly string[] },
  ),
  REGULARIZED: errorEntry(
    (d: { model: string; layers: readonly string[] }) =>
      `The layers model '${d.model}': ${quoteAll(d.layers)} would add to the loss, which a backbone cannot; expected layers ` +
      `without regularizers. Leave the regularizers out, and use the optimizer's weightDecay or the role PENALTIES.`,
    { model: 'model1', layers: ['dense_Dense1'] as readonly string[] },
  ),
  NOT_IN_TRAINER: errorEntry(
    (d: { model: string; variable: string; shape: readonly number[] }) =>
      `Cannot copy weights into the layers model '${d.model}': expected a variable '${d.variable}' of shape ` +
      `[${d.shape.join(', ')}], received none. Give the variables of a trainer whose model is fromLayersModel of the same model.`,
    { model: 'model1', variable: 'backbone/1-Dense/kernel', shape: [16, 8] as readonly number[] },
  ),
  BAD_EXAMPLE: errorEntry(
    (d: { dataset: string; part: string; index: number; expected: string; received: unknown }) =>
      `Example ${d.index} of '${d.part}' in data set '${d.dataset}': expected ${d.expected}, received ${show(d.received)}. ` +
      `Give single examples { xs, ys }, not batches: xs a tensor or array, ys a class number or a one-hot row.`,
    {
      dataset: 'mine',
      part: 'train',
      index: 0,
      expected: 'a class in 0 .. 9',
      received: 12 as unknown,
    },
  ),
  TOO_MANY_EXAMPLES: errorEntry(
    (d: { dataset: string; part: string; limit: number }) =>
      `'${d.part}' of data set '${d.dataset}' has more than ${d.limit} examples, the limit (maxExamples). ` +
      `All labels must be known before the first batch, so an endless stream has no epoch to plan or resume. End it, for ` +
      `example with take(n), or raise maxExamples if memory allows.`,
    { dataset: 'mine', part: 'train', limit: 1000000 },
  ),
  NO_EXAMPLES: errorEntry(
    (d: { dataset: string; part: string }) =>
      `'${d.part}' of data set '${d.dataset}' gave no example, expected one or more. An iterator that was read before is ` +
      `empty: give a function that makes a new one.`,
    { dataset: 'mine', part: 'train' },
  ),
  BAD_OPTIMIZER: errorEntry(
    (d: { expected: string; received: unknown }) =>
      `fromTfOptimizer: expected ${d.expected}, received ${show(d.received)}. Write fromTfOptimizer((learningRate) => tf.train.adam(learningRate)).`,
    { expected: 'a function that makes a tf.Optimizer', received: 0.1 as unknown },
  ),
  OWN_LEARNING_RATE: errorEntry(
    (d: { optimizer: string; received: number }) =>
      `fromTfOptimizer: expected '${d.optimizer}' to take the learning rate that it is given (1; the schedule scales the step), ` +
      `received one with ${d.received}. Write (learningRate) => tf.train.…(learningRate), and give the rate to the schedule.`,
    { optimizer: 'SGD', received: 0.1 },
  ),
  HIDDEN_STATE: errorEntry(
    (d: { optimizer: string; properties: readonly string[] }) =>
      `fromTfOptimizer: '${d.optimizer}' changes ${quoteAll(d.properties)} at every step, which no checkpoint can hold; expected ` +
      `state in tf variables only. Keep it in a variable, or accept that resume is not exact with { inexact: true }.`,
    { optimizer: 'MyOptimizer', properties: ['count'] as readonly string[] },
  ),
});
