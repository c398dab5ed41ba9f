import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { StepEvaluation } from '../contract/step.js';
import { show } from '@evenkeel/errors';
import { trainerErrors } from '../errors/trainer-errors.js';
import { allFinite } from './all-finite.js';
import { REPORT_OUTPUT, UPDATE_OUTPUT } from './outputs.js';

/** Collects the values that variables are to take and the numbers that are logged; its tensors outlive inner tidies. */
export class UpdateBook {
  readonly updates = new Map<Variable, Tensor>();
  readonly logged = new Map<string, Scalar>();
  readonly #names: ReadonlyMap<Variable, string>;
  readonly #frozen: ReadonlySet<Variable>;

  /** `names` are those of the trainer's variables; asking for one of the `frozen` has no effect. */
  constructor(names: ReadonlyMap<Variable, string>, frozen: ReadonlySet<Variable>) {
    this.#names = names;
    this.#frozen = frozen;
  }

  /** Asks for a value; the last request wins. Throws TRAINER_BAD_UPDATE. */
  ask(variable: Variable, value: Tensor): void {
    this.#check(variable, value);
    if (this.#frozen.has(variable)) return;
    this.updates.get(variable)?.dispose();
    this.updates.set(variable, tf.keep(tf.clone(value)));
  }

  /** Keeps a scalar for whoever watches. Throws TRAINER_BAD_LOG. */
  log(name: string, value: Scalar): void {
    const problem =
      problemOfLog(name, value) ?? (this.logged.has(name) ? 'it was given twice in this step' : undefined);
    if (problem !== undefined) throw trainerErrors.BAD_LOG({ name, problem });
    this.logged.set(name, tf.keep(tf.clone(value)));
  }

  /** Takes over what an evaluation asked for and logged. */
  take({ updates, logged }: StepEvaluation): void {
    for (const [variable, value] of updates) this.ask(variable, value);
    for (const [name, value] of logged) this.log(name, value);
  }

  /** What a variable will hold after the step. */
  next(variable: Variable): Tensor {
    return this.updates.get(variable) ?? variable;
  }

  /** All of it as outputs of the step, loss, guard and logged numbers in one, in the caller's tidy. */
  outputs(loss: Scalar): NamedTensorMap {
    const report = REPORT_OUTPUT + JSON.stringify([...this.logged.keys()]);
    const outputs: NamedTensorMap = {
      [report]: tf.stack([loss, allFinite([loss, ...this.updates.values()]), ...this.logged.values()]),
    };
    for (const [variable, value] of this.updates) {
      outputs[UPDATE_OUTPUT + this.#names.get(variable)!] = tf.clone(value);
    }
    return outputs;
  }

  /** Disposes and forgets everything. */
  clear(): void {
    for (const value of [...this.updates.values(), ...this.logged.values()]) value.dispose();
    this.updates.clear();
    this.logged.clear();
  }

  #check(variable: Variable, value: Tensor): void {
    const name = this.#names.get(variable);
    const problem =
      name === undefined
        ? 'it is not a variable of this trainer; make it in the scope given to `build`'
        : !tf.util.arraysEqual(variable.shape, value.shape) || variable.dtype !== value.dtype
          ? `expected ${variable.dtype} [${variable.shape.join(', ')}], received ${value.dtype} [${value.shape.join(', ')}]`
          : undefined;
    if (problem) throw trainerErrors.BAD_UPDATE({ variable: name ?? variable.name, problem });
  }
}

/** What is wrong with a logged number: plugins may be plain JavaScript. */
function problemOfLog(name: unknown, value: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return `its name is ${show(name)}`;
  if (!(value instanceof tf.Tensor)) return `it is ${show(value)}`;
  const { dtype, rank, shape } = value as Tensor;
  return rank === 0 && dtype === 'float32' ? undefined : `it is ${dtype} [${shape.join(', ')}]`;
}
