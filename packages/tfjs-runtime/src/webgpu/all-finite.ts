import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { dispose, runProgram, THREADS } from './run-program.js';
import type { Program } from './run-program.js';

/** A shader has 8 buffers on every device, one of them for its result. */
const MOST_INPUTS = 7;
/** Numbers that a workgroup should have at least. */
const FEW = 4096;
const MOST_PARTS = 128;

/** Programs by the number of their inputs. By bits, since a shader's arithmetic need not know of NaN. */
const PROGRAMS: readonly Program[] = Array.from({ length: MOST_INPUTS + 1 }, (_, inputs) => {
  const names = Array.from({ length: inputs }, (_, at) => `x${at}`);
  return {
    name: `evenkeelFinite${inputs}`,
    wholes: ['parts', ...names.map((name) => `${name}Size`)],
    code: `
      var<workgroup> found : array<u32, ${THREADS}>;

      fn main(index : i32) {
        let stride = uniforms.parts * ${THREADS};
        var any = false;
        ${names
          .map(
            (name) => `for (var at = index; at < uniforms.${name}Size; at += stride) {
              any |= (bitcast<u32>(${name}[at]) & 0x7f800000u) == 0x7f800000u;
            }`,
          )
          .join('\n')}
        found[localIndex] = u32(any);
        workgroupBarrier();
        if (localIndex == 0u) {
          var all = 0u;
          for (var other = 0; other < ${THREADS}; other++) { all |= found[other]; }
          result[workgroupId.x] = select(0.0, uniforms.NAN, all != 0u);
        }
      }`,
  };
});

/**
 * The kernel `EvenkeelFinite`: 0 when all numbers of its float32 inputs are finite, else NaN. Seven tensors at a time become a few
 * numbers, which are such tensors again, until there is one number.
 */
export const allFiniteOnWebgpu: KernelFunc = ({ inputs }) => {
  let tensors = Object.values(inputs) as TensorInfo[];
  let made: TensorInfo[] = [];
  do {
    const results: TensorInfo[] = [];
    for (let at = 0; at < tensors.length; at += MOST_INPUTS)
      results.push(reduce(tensors.slice(at, at + MOST_INPUTS)));
    dispose(...made);
    tensors = made = results;
  } while (tensors.length > 1 || tensors[0].shape[0] > 1);
  return { ...tensors[0], shape: [] };
};

function reduce(tensors: readonly TensorInfo[]): TensorInfo {
  const sizes = tensors.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const parts = Math.min(MOST_PARTS, Math.ceil(Math.max(...sizes) / FEW));
  return runProgram(PROGRAMS[tensors.length], {
    inputs: Object.fromEntries(tensors.map((tensor, at) => [`x${at}`, tensor])),
    shape: [parts],
    workgroups: [parts],
    numbers: [parts, ...sizes],
  });
}
