import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OptimizerDefinition } from '../../contract/step.js';
import { VariableStore } from '../../step/variable-store.js';
import { adam, adamW } from './adam.js';
import { sgd } from './sgd.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

/** One step: the gradient of `w` and `b` (null: none) and the learning rate. */
type Step = readonly [w: readonly number[] | null, b: readonly number[] | null, learningRate: number];

/** Runs steps on a kernel `w` and a bias `b` without decay, and returns the store, `[...w, ...b]` and what leaked. */
function run(
  definition: OptimizerDefinition,
  w: readonly number[],
  b: readonly number[],
  steps: readonly Step[],
) {
  const store = new VariableStore(1);
  const scope = store.scope('classifier');
  scope.weight('kernel', [w.length], () => Float32Array.from(w));
  scope.weight('bias', [b.length], () => Float32Array.from(b), { decay: false });
  const [kernel, bias] = store.weights();
  const optimizer = definition.build(store.scope('optimizer'), [kernel, bias]);
  const before = tf.memory().numTensors;
  for (const [gw, gb, learningRate] of steps) {
    tf.tidy(() => {
      const updates = new Map<Variable, Tensor>();
      const gradients = new Map();
      if (gw) gradients.set(kernel, tf.tensor1d([...gw]));
      if (gb) gradients.set(bias, tf.tensor1d([...gb]));
      optimizer.apply(gradients, {
        learningRate: tf.scalar(learningRate),
        epoch: tf.scalar(0),
        step: tf.scalar(0),
        log: () => undefined,
        update: (variable, value) => void updates.set(variable, value),
        next: (variable) => updates.get(variable) ?? variable,
      });
      for (const [variable, value] of updates) variable.assign(value);
    });
  }
  const leaked = tf.memory().numTensors - before;
  const weights = [...kernel.variable.dataSync(), ...bias.variable.dataSync()];
  const slots = store.all().filter((info) => info.kind === 'statistic');
  return { weights, leaked, slots };
}

function expectClose(received: readonly number[], expected: readonly number[], tolerance = 3e-7): void {
  expect(received.length).toBe(expected.length);
  expected.forEach((value, place) => {
    expect(Math.abs(received[place] - value), `place ${place}`).toBeLessThan(
      tolerance * Math.max(1, Math.abs(value)),
    );
  });
}

describe('by hand', () => {
  it('sgd with momentum and weight decay', () => {
    // g = 1 + 0.5·2 = 2; v = 2; w = 2 − 0.1·2 = 1.8. Then g = −1 + 0.5·1.8 = −0.1; v = 0.9·2 − 0.1 = 1.7; w = 1.8 − 0.2·1.7 = 1.46.
    // The bias has no decay: v = 1, b = 3 − 0.1 = 2.9; v = 0.9 − 1 = −0.1, b = 2.9 + 0.02 = 2.92.
    const definition = sgd({ momentum: 0.9, weightDecay: 0.5 });
    const steps = [
      [[1], [1], 0.1],
      [[-1], [-1], 0.2],
    ] as const;
    expectClose(run(definition, [2], [3], steps).weights, [1.46, 2.92]);
  });

  it('sgd uses one kernel for it where the backend has that', () => {
    const seen: unknown[] = [];
    tf.registerKernel({
      kernelName: 'EvenkeelDescend',
      backendName: 'cpu',
      kernelFunc({ inputs, attrs }) {
        const { weight, gradient, velocity, learningRate } = inputs as Record<string, Tensor>;
        seen.push([weight.dataSync()[0], gradient.dataSync()[0], velocity.dataSync()[0], learningRate.dataSync()[0], attrs]); // prettier-ignore
        return [tf.tensor1d([5 * seen.length]), tf.tensor1d([7 * seen.length])];
      },
    });
    try {
      const { weights, slots, leaked } = run(
        sgd({ momentum: 0.75, weightDecay: 0.5 }),
        [2],
        [3],
        [[[1], [-1], 0.125]],
      );
      expect(seen).toEqual([
        [2, 1, 0, 0.125, { momentum: 0.75, decay: 0.5 }],
        [3, -1, 0, 0.125, { momentum: 0.75, decay: 0 }],
      ]);
      expect(weights).toEqual([5, 10]);
      expect(slots.map(({ variable }) => variable.dataSync()[0])).toEqual([7, 14]);
      expect(leaked).toBe(0);
    } finally {
      tf.unregisterKernel('EvenkeelDescend', 'cpu');
    }
  });

  it('sgd with Nesterov momentum looks ahead', () => {
    // v = 1, w = 0 − 0.1·(1 + 0.5·1) = −0.15. Then v = 0.5 + 2 = 2.5, w = −0.15 − 0.1·(2 + 0.5·2.5) = −0.475.
    const steps = [
      [[1], null, 0.1],
      [[2], null, 0.1],
    ] as const;
    expectClose(run(sgd({ momentum: 0.5, nesterov: true }), [0], [7], steps).weights, [-0.475, 7]);
  });

  it('the first step of adam is the learning rate against the sign', () => {
    const { weights } = run(adam(), [1, 1], [1], [[[0.3, -20], [1e-3], 0.01]]);
    expectClose(weights, [0.99, 1.01, 0.99]);
  });

  it('adamW decays by lr·λ·w, apart from the gradient', () => {
    // Without a gradient the step is 0, so w = 4·(1 − 0.1·0.5) = 3.8; the bias does not decay.
    expectClose(run(adamW({ weightDecay: 0.5 }), [4], [4], [[[0], [0], 0.1]]).weights, [3.8, 4]);
  });
});

// torch 2.15.0 (CPU): two parameter groups, w with the weight decay and b without; for every step set lr and both grads,
// then opt.step(); printed with seven decimals.
const W = [0.5, -0.25, 1.0, 2.0, -1.5, 0.125];
const B = [0.1, -0.2];
const STEPS: readonly Step[] = [
  [[0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [1.0, -1.0], 0.1],
  [[-0.3, 0.1, 0.05, 0.2, -0.7, 0.9], [0.5, 0.25], 0.1],
  [[0.6, 0.6, -0.6, -0.1, 0.3, 0.2], [-0.75, 0.125], 0.05],
  [[0.0, -0.4, 0.2, 0.8, 0.1, -0.3], [0.3, -0.6], 0.01],
];

describe('against torch.optim after four steps', () => {
  it.each([
    ['SGD', sgd(), [0.49, -0.266, 0.993, 1.937, -1.4959999, 0.088, -0.0155, -0.12525]],
    [
      'SGD(weight_decay=0.05)',
      sgd({ weightDecay: 0.05 }),
      [0.483533, -0.2628787, 0.9802957, 1.9114891, -1.4763874, 0.0861779, -0.0155, -0.12525],
    ],
    [
      'SGD(momentum=0.9, weight_decay=0.05)',
      sgd({ momentum: 0.9, weightDecay: 0.05 }),
      [0.4753482, -0.2436624, 0.9319401, 1.8270049, -1.4956007, 0.1176933, -0.17309, -0.00186],
    ],
    [
      'SGD(momentum=0.9, nesterov=True, weight_decay=0.05)',
      sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
      [0.4614474, -0.2574915, 0.9197197, 1.7568845, -1.4720751, 0.0790309, -0.261281, 0.053076],
    ],
    [
      'Adam',
      adam(),
      [0.4268897, -0.1502865, 0.8371544, 1.771262, -1.5820646, 0.1841293, -0.1085264, -0.0339702],
    ],
    [
      'Adam(betas=(0.8, 0.95), eps=1e-3, weight_decay=0.05)',
      adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.05 }),
      [0.4184648, -0.1532417, 0.8317363, 1.7635436, -1.5555084, 0.1745924, -0.1021833, -0.0418577],
    ],
    [
      'AdamW(weight_decay=0.05)',
      adamW({ weightDecay: 0.05 }),
      [0.4210776, -0.1479156, 0.8252364, 1.7464664, -1.5619141, 0.1817948, -0.1085264, -0.0339702],
    ],
  ] as const)('%s', (_name, definition, golden) => {
    const { weights, leaked } = run(definition, W, B, STEPS);
    expectClose(weights, golden);
    expect(leaked).toBe(0);
  });

  it('Adam counts the updates of every weight by itself', () => {
    // w.grad = None in the second and fourth step; b, not part of the golden run, is trained in all of them.
    const steps: readonly Step[] = [
      [[0.1, 0.2], [1], 0.1],
      [null, [1], 0.1],
      [[-0.3, 0.4], [1], 0.1],
      [null, [1], 0.1],
      [[0.5, 0.5], [1], 0.1],
    ];
    expectClose(run(adam(), [1, -2], [0], steps).weights.slice(0, 2), [0.9158322, -2.2938678]);
  });
});

describe('slots', () => {
  it('are variables of the optimizer, named after their weights; sgd without momentum has none', () => {
    const names = (definition: OptimizerDefinition) =>
      run(definition, [1], [1], []).slots.map((info) => info.name);
    expect(names(sgd({ weightDecay: 0.1 }))).toEqual([]);
    expect(names(sgd({ momentum: 0.9 }))).toEqual([
      'optimizer/classifier/kernel/momentum',
      'optimizer/classifier/bias/momentum',
    ]);
    expect(names(adam()).slice(0, 4)).toEqual(
      ['mean', 'square', 'correction1', 'correction2'].map((slot) => `optimizer/classifier/kernel/${slot}`),
    );
  });

  it('hold 1 − βᵗ after many steps to float32 precision', () => {
    const steps = Array.from({ length: 300 }, (): Step => [[1], [1], 0.001]);
    const { slots } = run(adam(), [0], [0], steps);
    const [correction1, correction2] = slots.slice(2, 4).map((info) => info.variable.dataSync()[0]);
    expect(correction1).toBeCloseTo(1 - 0.9 ** 300, 6);
    expect(Math.abs(correction2 / (1 - 0.999 ** 300) - 1)).toBeLessThan(2e-5);
  });

  it('leave weights without a gradient where they are', () => {
    const definition = sgd({ momentum: 0.9, weightDecay: 0.1 });
    expect(run(definition, [5], [6], [[null, null, 1]]).weights).toEqual([5, 6]);
  });
});
