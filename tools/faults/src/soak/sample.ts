import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';

/** What a process holds at one time. */
export interface Sample {
  readonly step: number;
  /** Tensors, and the data that they share. */
  readonly tensors: number;
  readonly buffers: number;
  /** Tensors that TensorFlow holds, and graphs; 0 on wasm. */
  readonly handles: number;
  readonly graphs: number;
  /** Open files. */
  readonly files: number;
  /** Timers, sockets and the like. */
  readonly resources: number;
  /** Resident memory, JavaScript's heap after a collection, and the memory of wasm, MB. */
  readonly resident: number;
  readonly heap: number;
  readonly wasm: number;
}

/** What backends have beside tfjs's own interface. */
interface Inside {
  readonly binding?: { getNumOfTensors?(): number; getNumOfSavedModels?(): number };
  readonly wasm?: { readonly HEAPU8: Uint8Array };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Looks at this process, after a collection of garbage. */
export function takeSample(step: number): Sample {
  collect();
  const { binding, wasm } = tf.backend() as unknown as Inside;
  const { numTensors, numDataBuffers } = tf.memory();
  const { rss, heapUsed } = process.memoryUsage();
  const MB = 1e6;
  return {
    step,
    tensors: numTensors,
    buffers: numDataBuffers,
    handles: binding?.getNumOfTensors?.() ?? 0,
    graphs: binding?.getNumOfSavedModels?.() ?? 0,
    files: openFiles(),
    resources: process.getActiveResourcesInfo().length,
    resident: rss / MB,
    heap: heapUsed / MB,
    wasm: (wasm?.HEAPU8.length ?? 0) / MB,
  };
}

/** Linux tells; elsewhere 0. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
