import * as tf from '@tensorflow/tfjs-core';
import { compileStep } from '@evenkeel/compiled-step';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import { adam, constant, cosine, exponentialMovingAverage, sgd } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromTfOptimizer } from './from-tf-optimizer.js';
import { resumedEverywhere, tinyTrainer, valuesOf } from './trainer.fixture.js';

beforeAll(useCpuBackend);

const { train } = tf;
const OPTIMIZERS: readonly [string, (learningRate: number) => tf.Optimizer][] = [
  ['sgd', (rate) => train.sgd(rate)],
  ['momentum', (rate) => train.momentum(rate, 0.9)],
  ['nesterov', (rate) => train.momentum(rate, 0.9, true)],
  ['adam', (rate) => train.adam(rate)],
  ['adamax', (rate) => train.adamax(rate)],
  ['adagrad', (rate) => train.adagrad(rate)],
  ['adadelta', (rate) => train.adadelta(rate)],
  ['rmsprop', (rate) => train.rmsprop(rate)],
  ['rmsprop with momentum', (rate) => train.rmsprop(rate, 0.9, 0.5)],
];

/** The backbone and classifier after two epochs, without what an optimizer keeps. */
async function trained(plugin: TrainerPlugin | undefined, options = {}): Promise<Record<string, number[]>> {
  const trainer = tinyTrainer({ schedule: constant(0.02), plugins: plugin, ...options });
  await trainer.fit({ epochs: 2 });
  const values = valuesOf(trainer);
  await trainer.dispose();
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('optimizer/')));
}

function expectClose(received: Record<string, number[]>, expected: Record<string, number[]>): void {
  expect(Object.keys(received)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(received)) {
    values.forEach((value, at) => expect(value, name).toBeCloseTo(expected[name][at], 5));
  }
}

describe.each(OPTIMIZERS)('fromTfOptimizer: %s', (_, make) => {
  it("moves weights by the optimizer's own rule", async () => {
    const rate = 0.02;
    const target = tf.tensor1d([1, -2, 3]);
    const weight = tf.variable(tf.tensor1d([0.5, 0.1, -0.4]));
    const own = make(rate);
    const steps: number[][] = [];
    for (let step = 0; step < 5; step++) {
      own.minimize(() => tf.sum(tf.square(tf.sub(weight, target))), false, [weight]);
      steps.push([...weight.dataSync()]);
    }
    expect(await movesOf(fromTfOptimizer(make), rate, target)).toEqual(
      steps.map((values) => values.map((value) => expect.closeTo(value, 5))),
    );
  });

  it('equals the unbroken run after a resume at any batch', async () => {
    const { unbroken, resumed } = await resumedEverywhere(() => ({
      schedule: cosine({ base: 0.1 }),
      plugins: fromTfOptimizer(make),
    }));
    expect(Object.keys(unbroken).length).toBeGreaterThanOrEqual(4);
    for (const end of resumed) expect(end).toEqual(unbroken);
  });

  it('leaves no tensor behind', async () => {
    const { numTensors } = tf.memory();
    await trained(fromTfOptimizer(make));
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

/** The weight [0.5, 0.1, −0.4] after each of five steps towards `target`, through the role. */
async function movesOf(plugin: TrainerPlugin, rate: number, target: tf.Tensor1D): Promise<number[][]> {
  const initial = Float32Array.of(0.5, 0.1, -0.4);
  const trainer = tinyTrainer({
    plugins: plugin,
    schedule: constant(rate),
    classifier: {
      name: 'three numbers',
      build(scope, _features, classes) {
        const weight = scope.weight('weight', [classes], () => initial);
        return { outputSize: classes, apply: (x) => tf.tile(tf.expandDims(weight, 0), [x.shape[0], 1]) };
      },
    },
    loss: {
      name: 'distance',
      loss: (logits) => tf.sum(tf.square(tf.sub(tf.mean(logits, 0), target))),
    },
  });
  const moves: number[][] = [];
  trainer.hooks.step$.subscribe((event) => {
    if (event.type === 'step-end') moves.push(valuesOf(trainer)['classifier/weight']);
  });
  await trainer.fit({ epochs: 1 });
  await trainer.dispose();
  return moves;
}

describe('fromTfOptimizer in a trainer', () => {
  it("agrees with the core's own optimizers", async () => {
    const none = undefined;
    const momentum = await trained(none, { optimizer: sgd({ momentum: 0.9 }) });
    expectClose(await trained(fromTfOptimizer((rate) => train.momentum(rate, 0.9))), momentum);
    const adams = await trained(none, { optimizer: adam({ epsilon: 1e-7 }) });
    expectClose(await trained(fromTfOptimizer((rate) => train.adam(rate, 0.9, 0.999, 1e-7))), adams);
  });

  it('can be decorated', async () => {
    const trainer = tinyTrainer({
      plugins: [exponentialMovingAverage(), fromTfOptimizer((rate) => train.adam(rate))],
    });
    expect(trainer.explain()).toMatch(/OPTIMIZER +tf\.Adam .*decorated by @evenkeel\/trainer-core\/ema/);
    await trainer.fit({ epochs: 1 });
    const values = valuesOf(trainer);
    expect(values['optimizer/ema/classifier/kernel']).not.toEqual(values['classifier/kernel']);
    await trainer.dispose();
  });
});

class Counting extends tf.SGDOptimizer {
  static override get className(): string {
    return 'Counting';
  }
  count = 0;
  override applyGradients(gradients: Parameters<tf.Optimizer['applyGradients']>[0]): void {
    this.count += 1;
    super.applyGradients(gradients);
  }
}

describe('optimizers that cannot be used', () => {
  it('are refused: no maker', () => {
    const optimizer = train.sgd(1);
    expect(() => fromTfOptimizer(optimizer as never)).toThrow(
      'expected a function that makes a tf.Optimizer',
    );
    optimizer.dispose();
  });

  it('are refused: their own learning rate', () => {
    expect(() => fromTfOptimizer(() => train.adam(0.001))).toThrow(
      "expected 'Adam' to take the learning rate",
    );
  });

  it('are refused, unless inexact resume is accepted: state outside of variables', async () => {
    const trainer = tinyTrainer({ plugins: fromTfOptimizer((rate) => new Counting(rate)) });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow("'Counting' changes 'count' at every step");
    await trainer.dispose();
    const accepted = fromTfOptimizer((rate) => new Counting(rate), { inexact: true });
    expectClose(await trained(accepted), await trained(fromTfOptimizer((rate) => train.sgd(rate))));
  });
});

const { ready } = await nativeStatus();
describe.runIf(ready)('on native', () => {
  beforeAll(async () => void (await useBackend('native', { onMessage: () => undefined })));
  afterAll(useCpuBackend);

  it('compiles to the same weights', async () => {
    const messages: string[] = [];
    const compile: typeof compileStep = (step, options) =>
      compileStep(step, { ...options, onMessage: (line) => messages.push(line) });
    const plugin = () => fromTfOptimizer((rate) => train.adam(rate));
    expect(await trained(plugin(), { compile })).toEqual(await trained(plugin()));
    expect(messages).toEqual([]);
  });
});
