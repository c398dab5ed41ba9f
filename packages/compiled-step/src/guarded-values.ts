import type { Graph } from './graph.js';

const words = (names: string): ReadonlySet<string> => new Set(names.trim().split(/\s+/));

/** Ops that grow, or fall, with what they take: TensorFlow takes the largest first and applies them to that. */
const MONOTONIC = words(
  `Acosh Asin Asinh Atan Atanh Ceil Elu Erf Exp Expm1 Floor Log Log1p Neg Reciprocal Relu Relu6 Rsqrt Selu Sigmoid Sign Sinh Softplus
  Sqrt Tanh`,
);

/** Of those the ones with whose results a maximum is the same, to the bit. */
const EXACT = words('Neg Relu Relu6');

const LARGEST = words('Max MaxPool Min');
const PLACES = words('ArgMax ArgMin');
const COMPARISONS = words('Equal Greater GreaterEqual Less LessEqual NotEqual');

/**
 * Values that somebody has to take who is no part of the step: where nobody else takes one, TensorFlow writes the op that makes it and the
 * one behind it as another, with other last bits (x / √y, x · sigmoid(x), the logarithm of a softmax) or, with NaN and ties, other results
 * (the place of the largest of a ReLU, the negation of a comparison).
 */
export function guardedValues({ ops }: Graph): string[] {
  const makers = new Map(ops.map(({ name, op }) => [`${name}:0`, op]));
  const guarded = new Set(ops.filter(({ op }) => op === 'Sqrt').map(({ name }) => `${name}:0`));
  for (const { op, inputs } of ops) {
    for (const input of inputs) {
      const maker = makers.get(input);
      if (maker !== undefined && isRewritten(maker, op)) guarded.add(input);
    }
  }
  return [...guarded];
}

function isRewritten(maker: string, taker: string): boolean {
  if (PLACES.has(taker)) return MONOTONIC.has(maker);
  if (LARGEST.has(taker)) return MONOTONIC.has(maker) && !EXACT.has(maker);
  if (taker === 'LogicalNot') return COMPARISONS.has(maker);
  if (taker === 'Log') return maker === 'Softmax';
  return taker === 'Mul' && (maker === 'Sigmoid' || maker === 'Tanh');
}
