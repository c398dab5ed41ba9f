import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow op, as tfjs-node's binding takes it. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What the native ops need of tfjs-node's backend: any TensorFlow op by name. */
export interface NativeBackend {
  readonly binding: Readonly<
    Record<
      'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_INT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT',
      number
    >
  >;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
}

/** tfjs-node's backend when it is the one in use. */
export function nativeBackend(): NativeBackend | undefined {
  const backend: unknown = tf.backend();
  return isNative(backend) ? backend : undefined;
}

/** Backends whose TensorFlow knows the ops of this package, see `src/native`. */
const WITH_OWN_OPS = new WeakSet<object>();

/** Notes that the ops of this package were registered with a backend's TensorFlow. */
export function noteOwnOps(backend: object): void {
  WITH_OWN_OPS.add(backend);
}

/** Whether a backend's TensorFlow knows the ops of this package. */
export function hasOwnOps(backend: object): boolean {
  return WITH_OWN_OPS.has(backend);
}

function isNative(backend: unknown): backend is NativeBackend {
  return (
    typeof backend === 'object' &&
    backend !== null &&
    'executeMultipleOutputs' in backend &&
    'binding' in backend
  );
}

/** Makes the attributes of an op for a backend: types, numbers, whole numbers, texts and truth values. */
export function attributesFor({ binding }: NativeBackend): {
  float32(name: string): OpAttribute;
  number(name: string, value: number): OpAttribute;
  whole(name: string, value: number): OpAttribute;
  text(name: string, value: string): OpAttribute;
  truth(name: string, value: boolean): OpAttribute;
} {
  return {
    float32: (name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }),
    number: (name, value) => ({ name, type: binding.TF_ATTR_FLOAT, value }),
    whole: (name, value) => ({ name, type: binding.TF_ATTR_INT, value }),
    text: (name, value) => ({ name, type: binding.TF_ATTR_STRING, value }),
    truth: (name, value) => ({ name, type: binding.TF_ATTR_BOOL, value }),
  };
}
