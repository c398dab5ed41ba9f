import './register-gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';

/** What tfjs says of a loss that depends on none of the variables. */
const NO_GRADIENT = 'Cannot compute gradient of y=f(x) with respect to x';

/**
 * A scalar and its gradients by variable, in the caller's tidy: empty when it depends on none of them. As `tf.variableGrads`,
 * which throws then, and which leaves behind what it kept for the backward pass when `forward` throws.
 */
export function variableGrads(
  forward: () => Scalar,
  variables: readonly Variable[],
): { readonly value: Scalar; readonly gradients: ReadonlyMap<Variable, Tensor> } {
  if (variables.length === 0) return { value: forward(), gradients: new Map() };
  let computed: ReturnType<typeof tf.variableGrads>;
  try {
    computed = tf.variableGrads(forward, [...variables]);
  } catch (error) {
    forgetTape();
    if (!(error instanceof Error) || !error.message.includes(NO_GRADIENT)) throw error;
    return { value: forward(), gradients: new Map() };
  }
  const found = variables.flatMap((variable) => {
    const gradient: Tensor | undefined = computed.grads[variable.name];
    return gradient ? [[variable, gradient] as const] : [];
  });
  return { value: computed.value, gradients: new Map(found) };
}

/** Disposes the tensors that the tape of an outermost gradient kept. */
function forgetTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth !== 0) return;
  for (const node of state.activeTape ?? []) {
    for (const tensor of node.saved ?? []) tensor.dispose();
  }
  state.activeTape = [];
}
