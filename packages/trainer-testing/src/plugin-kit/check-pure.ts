import type { PlainStep, TrainerOptions } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { PluginCheck } from './kit.js';
import { difference, kitTrainer, textOf } from './kit-run.js';

/** The step computes from its inputs alone: run twice on the same ones it gives the same, and it reads no tensor on the host. */
export const checkPure: PluginCheck = async (kit) => {
  const problems = new Set<string>();
  const compile: TrainerOptions['compile'] = (step) =>
    Object.assign(twice(step, problems), { dispose: () => undefined });
  const trainer = kitTrainer(kit, [kit.factory()], { compile });
  try {
    await trainer.fit({ epochs: 1 });
  } catch (error) {
    problems.add(`A run with the plugin fails: ${textOf(error)}`);
  } finally {
    await trainer.dispose();
  }
  return [...problems];
};

/** The same step, which adds to `problems` when it is not a function of its inputs. */
function twice(step: PlainStep, problems: Set<string>): PlainStep {
  return (inputs, draw) => {
    const draws: { readonly name: string; readonly value: Tensor }[] = [];
    const [first, reads] = countingReads(() =>
      step(inputs, (purpose, shape) => {
        const value = draw(purpose, shape);
        draws.push({ name: JSON.stringify([purpose, shape]), value: tf.keep(tf.clone(value)) });
        return value;
      }),
    );
    if (reads > 0) {
      problems.add(
        'The step reads a tensor on the host (dataSync, arraySync, data or array). Compute with tensors only: a step that is ' +
          'recorded once and replayed cannot come back to the host.',
      );
    }
    let at = 0;
    const second = step(inputs, (purpose, shape) => {
      const drawn = draws[at++];
      return drawn?.name === JSON.stringify([purpose, shape]) ? tf.clone(drawn.value) : draw(purpose, shape);
    });
    for (const { value } of draws) value.dispose();
    const problem = difference(valuesIn(first), valuesIn(second));
    if (problem !== undefined) {
      problems.add(
        `The step is not pure: run again on the same inputs, ${problem}. What changes from step to step has to come in: ` +
          '`step` and `epoch` of the context, `uniform` for what is random, variables of a scope for what is kept.',
      );
    }
    return first;
  };
}

function valuesIn(outputs: NamedTensorMap): ReadonlyMap<string, readonly number[]> {
  return new Map(
    Object.entries(outputs).map(([name, value]) => [name, Array.from(value.dataSync<'float32'>())]),
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
