import {
  util,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { callKernel } from './call-kernel.js';
import { heapViews, makeWindow, releaseWindow, type WasmKernelArgs } from './wasm-heap.js';

type MatMulArgs = WasmKernelArgs<BatchMatMulInputs, BatchMatMulAttrs>;

/** Multiplications in one matrix product below which copying it into the fast form costs more than it saves. */
const worthCopying = 4096;

/**
 * The shipped matrix product is fast only for one pair of matrices, neither of them transposed; the gradients of a
 * dense layer are all transposed. This one transposes first and takes the pairs of a batch one by one, each through
 * the fast product; small products, and batches that broadcast, stay with the shipped kernel.
 */
export function fastBatchMatMul(shipped: KernelFunc): (args: MatMulArgs) => TensorInfo {
  return (args) => {
    const { inputs, attrs, backend } = args;
    const { transposeA, transposeB } = attrs;
    const left = matrices(inputs.a, transposeA);
    const right = matrices(inputs.b, transposeB);
    const fastAlready = left.count * right.count === 1 && !transposeA && !transposeB;
    const small = left.rows * left.columns * right.columns < worthCopying;
    const floats = inputs.a.dtype === 'float32' && inputs.b.dtype === 'float32';
    if (fastAlready || small || !floats || left.columns !== right.rows || left.count !== right.count) {
      return shipped(args as never) as TensorInfo;
    }
    const a = transposeA ? transposeMatrices(backend, inputs.a) : inputs.a;
    const b = transposeB ? transposeMatrices(backend, inputs.b) : inputs.b;
    const product = multiplyPairs(backend, shipped, { ...left, info: a }, { ...right, info: b });
    if (transposeA) backend.disposeData(a.dataId);
    if (transposeB) backend.disposeData(b.dataId);
    return { ...product, shape: [...inputs.a.shape.slice(0, -2), left.rows, right.columns] };
  };
}

interface Matrices {
  readonly info: TensorInfo;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

function matrices(info: TensorInfo, transposed: boolean): Matrices {
  const [rows, columns] = transposed ? info.shape.slice(-2).reverse() : info.shape.slice(-2);
  return { info, rows, columns, count: util.sizeFromShape(info.shape.slice(0, -2)) };
}

function transposeMatrices(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const [rows, columns] = x.shape.slice(-2);
  const count = util.sizeFromShape(x.shape.slice(0, -2));
  return callKernel(
    'Transpose',
    backend,
    { x: { ...x, shape: [count, rows, columns] } },
    { perm: [0, 2, 1] },
  );
}

function multiplyPairs(
  backend: BackendWasm,
  shipped: KernelFunc,
  left: Matrices,
  right: Matrices,
): TensorInfo {
  const attrs = { transposeA: false, transposeB: false };
  const multiply = (a: TensorInfo, b: TensorInfo): TensorInfo =>
    shipped({ inputs: { a, b }, attrs, backend }) as TensorInfo;
  const aShape = [left.rows, left.columns];
  const bShape = [right.rows, right.columns];
  if (left.count === 1) return multiply({ ...left.info, shape: aShape }, { ...right.info, shape: bShape });
  const size = left.rows * right.columns;
  const product = backend.makeOutput([left.count, size], 'float32');
  for (let i = 0; i < left.count; i++) {
    const a = makeWindow(backend, left.info, i * left.rows * left.columns, aShape);
    const b = makeWindow(backend, right.info, i * right.rows * right.columns, bShape);
    const one = multiply(a, b);
    const [target, values] = heapViews(backend, product, one);
    target.set(values, i * size);
    for (const window of [a, b]) releaseWindow(backend, window);
    backend.disposeData(one.dataId);
  }
  return product;
}
