import {
  engine,
  getKernel,
  Tensor,
  util,
  type backend_util,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';

/**
 * A wasm kernel that computes on the host with the cpu backend's kernel of the same name: inputs are copied over,
 * results copied back. Complex results stay with the cpu backend, since the wasm backend cannot read them.
 */
export function cpuFallback(kernelName: string): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const wasm = backend as BackendWasm;
    const cpu = quietCpuBackend();
    const borrowed: TensorInfo[] = [];
    const toCpu = (info: TensorInfo): TensorInfo => {
      if (cpu.data.has(info.dataId)) return info;
      const copy = { ...info, dataId: cpu.write(wasm.readSync(info.dataId), info.shape, info.dtype) };
      borrowed.push(copy);
      return copy;
    };
    const fromCpu = (info: TensorInfo): TensorInfo => {
      if (info instanceof Tensor) return info; // a few cpu kernels hand their result to the engine themselves
      if (info.dtype === 'complex64') return engine().makeTensorFromTensorInfo(info, cpu);
      const output = wasm.makeOutput(info.shape, info.dtype, undefined, valuesOf(cpu, info));
      cpu.disposeData(info.dataId);
      return output;
    };
    const cpuInputs = (Array.isArray(inputs) ? [...inputs] : { ...inputs }) as NamedTensorInfoMap;
    for (const [name, info] of Object.entries(cpuInputs)) cpuInputs[name] = info && toCpu(info);
    try {
      const outputs = getKernel(kernelName, 'cpu').kernelFunc({ inputs: cpuInputs, attrs, backend: cpu });
      return Array.isArray(outputs) ? outputs.map(fromCpu) : fromCpu(outputs);
    } finally {
      for (const info of borrowed) cpu.disposeData(info.dataId);
    }
  };
}

function quietCpuBackend(): MathBackendCPU {
  const cpu = engine().findBackend('cpu');
  Object.assign(cpu, { firstUse: false }); // it would print an advertisement for tfjs-node at its first tensor
  return cpu as MathBackendCPU;
}

/** The values in the type of their tensor: some cpu kernels keep integers in a float array. */
function valuesOf(cpu: MathBackendCPU, { dataId, dtype, shape }: TensorInfo): backend_util.BackendValues {
  const values = cpu.readSync(dataId);
  if (dtype === 'string') return values;
  const typed = util.getTypedArrayFromDType(dtype as 'float32', util.sizeFromShape(shape));
  typed.set(values as backend_util.TypedArray as Float32Array);
  return typed;
}
