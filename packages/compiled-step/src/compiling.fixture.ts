import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { compileStep } from './compile-step.js';
import type { CompiledStep, CompileStepOptions } from './compile-step.js';
import type { Draw } from './step.js';

/** What compiled steps said. */
export const messages: string[] = [];
/** A compiled step whose messages are kept. */
export const compile = <Outputs extends NamedTensorMap>(
  step: (inputs: NamedTensorMap, draw: Draw) => Outputs,
  options: CompileStepOptions = {},
): CompiledStep<NamedTensorMap, Outputs> =>
  compileStep(step, { name: 'test', onMessage: (line) => messages.push(line), ...options });

/** The numbers of a tensor. */
export const values = (tensor: Tensor): number[] => Array.from(tensor.dataSync());
/** Draws of one call, each of the same numbers. */
export const drawFor =
  (call: number): Draw =>
  (_purpose, shape) =>
    tf.randomUniform([...shape], 0, 1, 'float32', call + 7);

/** How often the host code of a step ran. */
export function counted<Outputs extends NamedTensorMap>(
  step: (inputs: NamedTensorMap, draw: Draw) => Outputs,
): { run: CompiledStep<NamedTensorMap, Outputs>; count: { host: number } } {
  const count = { host: 0 };
  const run = compile((inputs, draw) => {
    count.host++;
    return step(inputs, draw);
  });
  return { run, count };
}

/** The first number that a step gives for every one of some scalars. */
export function callWith(
  run: (inputs: NamedTensorMap) => { out: Tensor },
  numbers: readonly number[],
): number[] {
  return numbers.map((number) => tf.tidy(() => run({ x: tf.scalar(number) }).out.dataSync()[0]));
}
