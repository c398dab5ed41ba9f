import { defineOptions, flag } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer as TfOptimizer, Variable } from '@tensorflow/tfjs-core';
import { definePlugin, OPTIMIZER } from '@evenkeel/trainer-core';
import type {
  Gradients,
  OptimizerContext,
  OptimizerDefinition,
  TrainerPlugin,
  VariableInfo,
} from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { interopErrors } from './errors.js';

/** How an optimizer of TensorFlow.js is used. */
export interface TfOptimizerOptions {
  /** Accepts an optimizer that keeps more than tf variables, and with it that resume is not exact; default false. */
  readonly inexact?: boolean;
}

/** The options of `fromTfOptimizer`. */
export const tfOptimizerOptions = defineOptions('fromTfOptimizer', interopErrors.BAD_OPTION, {
  inexact: flag().default(false),
} satisfies SpecOf<TfOptimizerOptions>);

/**
 * A plugin that trains with your own `tf.Optimizer`. `make` gets the learning rate 1; the step that it makes, w → w′, is
 * scaled by the schedule: w ← w + lr·(w′ − w). That is the optimizer's own rule where its step is proportional to the
 * learning rate, as in all of `tf.train`, except that `rmsprop` with momentum then keeps momenta without the rate in them.
 *
 * The optimizer's variables are mirrored by variables of the trainer, so checkpoints hold them and resume is exact;
 * weights that a batch may not change stay as they are, and so do their slots. Throws `INTEROP_BAD_OPTION` and `INTEROP_BAD_OPTIMIZER`; when the
 * trainer is built `INTEROP_OWN_LEARNING_RATE` and `INTEROP_HIDDEN_STATE`.
 *
 * @example
 * createTrainer({ data, model, plugins: [fromTfOptimizer((learningRate) => tf.train.adamax(learningRate))] });
 */
export function fromTfOptimizer(
  make: (learningRate: number) => TfOptimizer,
  options: TfOptimizerOptions = {},
): TrainerPlugin {
  const { inexact } = tfOptimizerOptions.read(options);
  if (typeof make !== 'function') {
    throw interopErrors.BAD_OPTIMIZER({ expected: 'a function that makes a tf.Optimizer', received: make });
  }
  const first = made(make);
  const name = first.getClassName();
  disposeOptimizer(first, []);
  return definePlugin({
    name: '@evenkeel/interop/tf-optimizer',
    version: manifest.version,
    api: '^2.0',
    description: `trains with TensorFlow.js's ${name}`,
    setup({ roles }) {
      const running: Running[] = [];
      roles.provide(OPTIMIZER, definition(make, name, inexact, running));
      return () => running.forEach(({ optimizer, slots }) => disposeOptimizer(optimizer, slots));
    },
  });
}

/** An optimizer, and the variables in which it keeps what it knows. */
interface Running {
  readonly optimizer: TfOptimizer;
  readonly slots: readonly Variable[];
}

function definition(
  make: (learningRate: number) => TfOptimizer,
  name: string,
  inexact: boolean,
  running: Running[],
): OptimizerDefinition {
  return {
    name: `tf.${name}`,
    build(scope, weights) {
      const { optimizer, slots, initial } = start(make, weights, inexact);
      running.push({ optimizer, slots });
      const mirrors = slots.map((slot, at) => scope.statistic(`tf/${at}`, slot.shape, () => initial[at]));
      return { apply: (gradients, context) => step(optimizer, weights, gradients, slots, mirrors, context) };
    },
  };
}

/** Runs the optimizer on the weights, takes note of what it did, puts all back and asks for it through the context. */
function step(
  optimizer: TfOptimizer,
  weights: readonly VariableInfo[],
  gradients: Gradients,
  slots: readonly Variable[],
  mirrors: readonly Variable[],
  { learningRate, update }: OptimizerContext,
): void {
  const before = weights.map(({ variable }) => tf.clone(variable));
  slots.forEach((slot, at) => slot.assign(mirrors[at]));
  try {
    applyTo(optimizer, weights, (info) => gradients.get(info));
    weights.forEach((info, at) => {
      if (!gradients.has(info)) return;
      const change = tf.mul(tf.sub(info.variable, before[at]), learningRate);
      update(info.variable, tf.add(before[at], change));
    });
    slots.forEach((slot, at) => update(mirrors[at], slot));
  } finally {
    weights.forEach(({ variable }, at) => variable.assign(before[at]));
  }
}

/** Optimizers count their slots by place, so all weights are named every time, those without a gradient too. */
function applyTo(
  optimizer: TfOptimizer,
  weights: readonly VariableInfo[],
  gradientOf: (info: VariableInfo) => tf.Tensor | undefined,
): void {
  const named = weights.map((info) => ({ name: info.variable.name, tensor: gradientOf(info) }));
  optimizer.applyGradients(named as Parameters<TfOptimizer['applyGradients']>[0]);
}

/** Makes the optimizer and lets it make its slots, by a step without any gradient. */
function start(
  make: (learningRate: number) => TfOptimizer,
  weights: readonly VariableInfo[],
  inexact: boolean,
): Running & { readonly initial: readonly Float32Array[] } {
  const { registeredVariables } = tf.engine().state;
  const known = new Set(Object.values(registeredVariables));
  const values = (variable: Variable) => new Float32Array(variable.dataSync());
  const optimizer = made(make);
  const constructed = new Map(
    Object.values(registeredVariables)
      .filter((variable) => !known.has(variable))
      .map((variable) => [variable, values(variable)]),
  );
  const numbers = numbersOf(optimizer);
  tf.tidy(() => applyTo(optimizer, weights, () => undefined));
  const slots = Object.values(registeredVariables).filter((variable) => !known.has(variable));
  const changed = Object.entries(numbersOf(optimizer)).flatMap(([key, value]) =>
    value === numbers[key] ? [] : [key],
  );
  if (changed.length > 0 && !inexact) {
    disposeOptimizer(optimizer, slots);
    throw interopErrors.HIDDEN_STATE({ optimizer: optimizer.getClassName(), properties: changed });
  }
  return { optimizer, slots, initial: slots.map((slot) => constructed.get(slot) ?? values(slot)) };
}

function made(make: (learningRate: number) => TfOptimizer): TfOptimizer {
  const optimizer: unknown = make(1);
  if (!(optimizer instanceof tf.Optimizer)) {
    throw interopErrors.BAD_OPTIMIZER({
      expected: 'a function that makes a tf.Optimizer',
      received: optimizer,
    });
  }
  const { learningRate } = optimizer.getConfig();
  if (typeof learningRate === 'number' && learningRate !== 1) {
    disposeOptimizer(optimizer, []);
    throw interopErrors.OWN_LEARNING_RATE({ optimizer: optimizer.getClassName(), received: learningRate });
  }
  return optimizer;
}

/** Numbers that an optimizer keeps in itself, but for tfjs's own count of steps, which enters no step. */
function numbersOf(optimizer: TfOptimizer): Record<string, number> {
  const numbers = Object.entries(optimizer).filter((entry): entry is [string, number] => {
    return typeof entry[1] === 'number' && entry[0] !== 'iterations_';
  });
  return Object.fromEntries(numbers);
}

/** Frees what `dispose` of some optimizers leaves behind, too. */
function disposeOptimizer(optimizer: TfOptimizer, slots: readonly Variable[]): void {
  const own = Object.values(optimizer).filter((value): value is tf.Tensor => value instanceof tf.Tensor);
  optimizer.dispose();
  for (const tensor of [...own, ...slots]) if (!tensor.isDisposed) tensor.dispose();
}
