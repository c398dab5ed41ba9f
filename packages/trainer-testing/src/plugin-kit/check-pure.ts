import type { PlainStep, Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { PluginCheck } from './kit.js';
import { difference, kitTrainer, textOf } from './kit-run.js';
import type { Values } from './kit-run.js';

/**
 * The step computes from its inputs alone: each is run again at the time of the next one, with the inputs and variables that
 * it had, and must give the same; and it reads no tensor on the host.
 */
export const checkPure: PluginCheck = async (kit) => {
  const problems = new Set<string>();
  const found: { trainer?: Trainer } = {};
  const compile: TrainerOptions['compile'] = (step) => watched(step, () => found.trainer!, problems);
  const trainer = kitTrainer(kit, [kit.factory()], { compile });
  found.trainer = trainer;
  try {
    await trainer.fit({ epochs: 1 });
  } catch (error) {
    problems.add(`A run with the plugin fails: ${textOf(error)}`);
  } finally {
    await trainer.dispose();
  }
  return [...problems];
};

/** One call of a step: what it got and what it gave, kept. */
interface Call {
  readonly inputs: NamedTensorMap;
  readonly draws: readonly { readonly name: string; readonly value: Tensor }[];
  readonly variables: readonly Tensor[];
  readonly outputs: Values;
}

/** The same step, which adds to `problems` when it is not a function of its inputs. */
function watched(
  step: PlainStep,
  trainer: () => Trainer,
  problems: Set<string>,
): PlainStep & { dispose(): void } {
  let last: Call | undefined;
  const dispose = () => {
    if (last === undefined) return;
    const { inputs, draws, variables } = last;
    const kept = [...Object.values(inputs), ...draws.map(({ value }) => value), ...variables];
    for (const value of kept) value.dispose();
    last = undefined;
  };
  const call: PlainStep = (inputs, draw) => {
    const variables = trainer().variables();
    if (last !== undefined) {
      const now = variables.map(({ variable }) => tf.clone(variable));
      variables.forEach(({ variable }, at) => variable.assign(last!.variables[at]));
      const problem = difference(last.outputs, valuesIn(again(step, last), variables));
      variables.forEach(({ variable }, at) => variable.assign(now[at]));
      if (problem !== undefined) problems.add(NOT_PURE(problem));
      dispose();
    }
    const kept = (value: Tensor) => tf.keep(tf.clone(value));
    const before = variables.map(({ variable }) => kept(variable));
    const draws: { readonly name: string; readonly value: Tensor }[] = [];
    const [outputs, reads] = countingReads(() =>
      step(inputs, (purpose, shape) => {
        const value = draw(purpose, shape);
        draws.push({ name: nameOf(purpose, shape), value: kept(value) });
        return value;
      }),
    );
    if (reads > 0) problems.add(READS);
    last = {
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, kept(value)])),
      draws,
      variables: before,
      outputs: valuesIn(outputs, variables),
    };
    return outputs;
  };
  return Object.assign(call, { dispose });
}

const READS =
  'The step reads a tensor on the host (dataSync, arraySync, data or array). Compute with tensors only: a step that is recorded ' +
  'once and replayed cannot come back to the host.';

const NOT_PURE = (problem: string) =>
  `The step is not pure: run again on the same inputs, ${problem}. What changes from step to step has to come in: \`step\` and ` +
  '`epoch` of the context, `uniform` for what is random, variables of a scope for what is kept.';

const nameOf = (purpose: string, shape: readonly number[]) => JSON.stringify([purpose, shape]);

/** A call once more; draws that it did not make before are zeros. */
function again(step: PlainStep, { inputs, draws }: Call): NamedTensorMap {
  let at = 0;
  return step({ ...inputs }, (purpose, shape) => {
    const drawn = draws[at++];
    return drawn?.name === nameOf(purpose, shape) ? tf.clone(drawn.value) : tf.zeros([...shape]);
  });
}

/** Values by the names that the trainer has for its variables. */
function valuesIn(outputs: NamedTensorMap, variables: ReturnType<Trainer['variables']>): Values {
  const names = new Map(variables.map(({ name, variable }) => [variable.name, name]));
  return new Map(
    Object.entries(outputs).map(([name, value]) => [
      names.get(name) ?? name,
      Array.from(value.dataSync<'float32'>()),
    ]),
  );
}

/** What `work` gives, and how often it read a tensor on the host. */
function countingReads<Result>(work: () => Result): readonly [Result, number] {
  const { prototype } = tf.Tensor;
  const { data, dataSync } = prototype;
  let reads = 0;
  const counting = <Read extends (...args: never[]) => unknown>(read: Read) =>
    function (this: Tensor, ...args: Parameters<Read>) {
      reads += 1;
      return read.apply(this, args);
    } as Read;
  Object.assign(prototype, { data: counting(data), dataSync: counting(dataSync) });
  try {
    return [work(), reads];
  } finally {
    Object.assign(prototype, { data, dataSync });
  }
}
