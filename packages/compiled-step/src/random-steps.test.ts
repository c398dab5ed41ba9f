import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { compile, messages, values } from './compiling.fixture.js';

const { ready } = await nativeStatus();

/** Makes a matrix from matrices, and from two numbers that say along which axis and how much. */
type Rule = (a: Tensor2D, b: Tensor2D, axis: number, size: number) => Tensor;

/** What keeps to matrices of rank 2; the host sees shapes where it asks for them. */
const RULES: readonly Rule[] = [
  (a, _b, axis) => tf.concat([a, a], axis),
  (a, _b, axis, size) => tf.gather(a, tf.tensor1d([0, size % a.shape[axis]], 'int32'), axis),
  (a, _b, axis) => tf.tile(tf.mean(a, axis, true), axis === 0 ? [2, 1] : [1, 3]),
  (a, _b, axis) => tf.reshape(a, axis === 0 ? [-1, 1] : [1, -1]),
  (a) => tf.transpose(a),
  (a, _b, axis, size) => tf.slice(a, [0, 0], axis === 0 ? [1 + (size % a.shape[0]), -1] : [-1, 1]),
  (a, b) => (a.shape[1] === b.shape[0] ? tf.matMul(a, b) : tf.matMul(a, a, false, true)),
  (a, b) => (tf.util.arraysEqual(a.shape, b.shape) ? tf.sub(a, b) : tf.mul(a, 0.5)),
  (a, _b, axis) => tf.cumsum(a, axis),
  (a, _b, axis) => tf.cast(tf.oneHot(tf.argMax(a, axis), 3), 'float32'),
  (a, _b, axis) => tf.reshape(tf.stack([a, tf.neg(a)], axis), [2 * a.shape[0], a.shape[1]]),
  (a, _b, axis) => tf.split(tf.concat([a, tf.tanh(a)], axis), 2, axis)[1],
  (a, _b, axis, size) => tf.pad(a, axis === 0 ? [[size % 3, 0], [0, 0]] : [[0, 0], [1, size % 2]]), // prettier-ignore
  (a) => tf.expandDims(tf.unstack(a)[0], 0),
  (a, _b, axis, size) => tf.topk(a, 1 + (size % a.shape[1])).values,
  (a) => tf.div(a, a.shape[0] + a.shape[1]),
  (a) => tf.grad((x: Tensor) => tf.sum(tf.square(tf.softplus(x))))(a),
];

const choice = fc.record({
  rule: fc.nat(RULES.length - 1),
  first: fc.nat(),
  second: fc.nat(),
  axis: fc.nat(1),
  size: fc.nat(9),
});

/** A step of some matrices, each made from those before it, which moves a variable by the sum of all. */
function stepOf(
  choices: readonly { rule: number; first: number; second: number; axis: number; size: number }[],
) {
  const total = tf.variable(tf.scalar(0));
  const step = ({ x }: NamedTensorMap): NamedTensorMap => {
    const made: Tensor2D[] = [tf.tanh(x) as Tensor2D];
    for (const { rule, first, second, axis, size } of choices) {
      const [a, b] = [made[first % made.length], made[second % made.length]];
      const next = RULES[rule](a, b, axis, size) as Tensor2D;
      if (next.size < 400) made.push(next);
    }
    const sums = made.map((matrix) => tf.sum(matrix));
    total.assign(tf.add(total, tf.addN(sums)));
    return Object.fromEntries(made.map((matrix, at) => [`y${at}`, tf.add(matrix, 0)]));
  };
  return { step, total };
}

describe.skipIf(!ready)(ready ? 'on native' : 'on native, which is not set up here', () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  it(
    'any step of matrices gives what it gives without being compiled, at each of four calls',
    { timeout: 60_000 },
    () => {
      const property = fc.property(fc.array(choice, { minLength: 1, maxLength: 14 }), (choices) => {
        tf.tidy(() => {
          const [eager, recorded] = [stepOf(choices), stepOf(choices)];
          const run = compile(recorded.step);
          for (let call = 1; call <= 4; call++) {
            const x = tf.randomNormal([2, 3], 0, 1, 'float32', call);
            const expected = eager.step({ x });
            const received = run({ x });
            for (const [name, tensor] of Object.entries(expected)) {
              expect(received[name].shape).toEqual(tensor.shape);
              expect(values(received[name])).toEqual(values(tensor));
            }
            expect(values(recorded.total)).toEqual(values(eager.total));
          }
          expect(messages.splice(0)).toEqual([]);
          run.dispose();
          tf.disposeVariables();
        });
      });
      fc.assert(property, { numRuns: 100, seed: 5 });
    },
  );
});
