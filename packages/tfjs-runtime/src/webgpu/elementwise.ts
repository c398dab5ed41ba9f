import type { TensorInfo } from '@tensorflow/tfjs-core';
import { MOST_WORKGROUPS, runProgram, THREADS } from './run-program.js';
import type { Program } from './run-program.js';

/** A program that computes every number of a result by itself. */
export type Elementwise = Pick<Program, 'name' | 'wholes' | 'fractions'> & {
  /** The number at `index`, a WGSL expression in the inputs, `index` and `uniforms`. */
  readonly value: string;
};

/** Runs it for a result of the first input's shape; `numbers` are those of `wholes`, then `fractions`. */
export function runElementwise(
  { name, value, wholes = [], fractions }: Elementwise,
  inputs: Readonly<Record<string, TensorInfo>>,
  numbers: readonly number[] = [],
): TensorInfo {
  const [{ shape }] = Object.values(inputs);
  const size = shape.reduce((a, b) => a * b, 1);
  const workgroups = Math.min(MOST_WORKGROUPS, Math.ceil(size / THREADS));
  const program: Program = {
    name,
    wholes: ['count', 'stride', ...wholes],
    fractions,
    code: `
      fn main(first : i32) {
        for (var index = first; index < uniforms.count; index += uniforms.stride) { result[index] = ${value}; }
      }`,
  };
  return runProgram(program, {
    inputs,
    shape,
    workgroups: [workgroups],
    numbers: [size, workgroups * THREADS, ...numbers],
  });
}
