import type { CompiledPlainStep, PlainStep, VariableInfo } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { countingReads } from './counting-reads.js';
import { difference } from './kit-run.js';
import type { Values } from './kit-run.js';

type Variables = readonly VariableInfo[];

/** One call of a step: what it got and what it gave, kept. */
interface Call<Inputs extends NamedTensorMap> {
  readonly inputs: Inputs;
  readonly draws: readonly { readonly name: string; readonly value: Tensor }[];
  readonly variables: readonly Tensor[];
  readonly outputs: Values;
}

/** What watching a step finds. */
export interface StepFindings {
  /** A call, run again at the time of the next one, gave something else. */
  differs(problem: string): void;
  /** A call read a tensor on the host. */
  reads(): void;
}

/** The same step; every call is run again at the time of the next one, with the inputs, draws and variables that it had. */
export function stepAgain<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  step: PlainStep<Inputs, Outputs>,
  variablesNow: () => Variables,
  findings: StepFindings,
): CompiledPlainStep<Inputs, Outputs> {
  let last: Call<Inputs> | undefined;
  const dispose = () => {
    if (last === undefined) return;
    const { inputs, draws, variables } = last;
    const kept = [...Object.values(inputs), ...draws.map(({ value }) => value), ...variables];
    for (const value of kept) value.dispose();
    last = undefined;
  };
  const call: PlainStep<Inputs, Outputs> = (inputs, draw) => {
    const variables = variablesNow();
    if (last !== undefined) {
      const now = variables.map(({ variable }) => tf.clone(variable));
      variables.forEach(({ variable }, at) => variable.assign(last!.variables[at]));
      const problem = difference(last.outputs, valuesIn(again(step, last), variables));
      variables.forEach(({ variable }, at) => variable.assign(now[at]));
      if (problem !== undefined) findings.differs(problem);
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
    if (reads > 0) findings.reads();
    last = {
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, kept(value)]),
      ) as Inputs,
      draws,
      variables: before,
      outputs: valuesIn(outputs, variables),
    };
    return outputs;
  };
  return Object.assign(call, { dispose });
}

const nameOf = (purpose: string, shape: readonly number[]) => JSON.stringify([purpose, shape]);

/** A call once more; draws that it did not make before are zeros. */
function again<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  step: PlainStep<Inputs, Outputs>,
  { inputs, draws }: Call<Inputs>,
): Outputs {
  let at = 0;
  return step({ ...inputs }, (purpose, shape) => {
    const drawn = draws[at++];
    return drawn?.name === nameOf(purpose, shape) ? tf.clone(drawn.value) : tf.zeros([...shape]);
  });
}

/** Values by the names that the trainer has for its variables. */
function valuesIn(outputs: NamedTensorMap, variables: Variables): Values {
  const names = new Map(variables.map(({ name, variable }) => [variable.name, name]));
  return new Map(
    Object.entries(outputs).map(([name, value]) => [
      names.get(name) ?? name,
      Array.from(value.dataSync<'float32'>()),
    ]),
  );
}
