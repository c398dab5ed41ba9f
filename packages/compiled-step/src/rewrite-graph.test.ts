import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { conv2d, movedAverage } from '@evenkeel/tfjs-runtime';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { hasOwnOps, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { numbers } from './numbers.fixture.js';
import { compileStep } from './compile-step.js';
import { residualBatch, residualNet } from './residual-net.fixture.js';

const { ready } = await nativeStatus();
if (ready) await useBackend('native', { onMessage: () => undefined });
const own = ready && hasOwnOps(nativeBackend()!);

const bitsOf = (tensor: Tensor): number[] => Array.from(new Uint32Array(tensor.dataSync().slice().buffer));
const tensorOf = (shape: number[], seed: number): Tensor =>
  tf.tensor(
    numbers(
      shape.reduce((all, size) => all * size, 1),
      seed,
    ),
    shape,
  );

afterEach(() => tf.disposeVariables());

describe.skipIf(!own)(own ? 'with ops of our own' : 'with ops of our own, which are not there', () => {
  it('joins normalisation, residual sum and ReLU both ways, padding and descent, with the bits of the eager step', () => {
    const [eager, compiled] = [residualNet(), residualNet()];
    const rate = tf.scalar(0.05);
    const step =
      ({ train, variables }: ReturnType<typeof residualNet>) =>
      (inputs: NamedTensorMap) => ({
        ...train(inputs),
        ...Object.fromEntries(variables.map((variable, at) => [`v${at}`, variable.clone()])),
      });
    const run = compileStep(step(compiled));
    for (let call = 0; call < 6; call++) {
      tf.tidy(() => {
        const inputs = { ...residualBatch(call), rate };
        const expected = Object.values(step(eager)(inputs)).map(bitsOf);
        expect(Object.values(run(inputs)).map(bitsOf), `call ${call}`).toEqual(expected);
      });
    }
    const [{ float32 }] = Object.values(run.describe().graphs);
    expect(float32).toMatchObject({
      EvenkeelConv3x3: 3,
      EvenkeelConv2D: 2,
      EvenkeelNormalise: 5,
      EvenkeelNormaliseGrad: 5,
    });
    for (const gone of ['Relu', 'ReluGrad', 'Conv2D', 'Cast']) expect(float32[gone]).toBeUndefined();
    // Those of the shortcut; the zeros around the images of the convolutions are gone.
    expect([float32.PadV2, float32.Slice]).toEqual([1, 1]);
    run.dispose();
  });

  it('makes padded images again for gradients, and leaves out what pads or cuts nothing, with the bits of the eager step', () => {
    const filter = tensorOf([3, 3, 64, 48], 1) as Tensor4D;
    const taps = tensorOf([1, 1, 48, 20], 2) as Tensor4D;
    const network = (images: Tensor, first: Tensor, second: Tensor): Tensor => {
      const x = tf.relu(images as Tensor4D);
      const whole = tf.slice(tf.pad(x, [[0, 0], [0, 0], [0, 0], [0, 0]]), [0, 0, 0, 0], x.shape); // prettier-ignore
      const strided = conv2d(whole as Tensor4D, first as Tensor4D, 2);
      const padded = tf.pad(strided, [[0, 0], [1, 1], [1, 1], [0, 0]]); // prettier-ignore
      return tf.sum(tf.square(conv2d(tf.maxPool(padded, 3, 2, 'valid'), second as Tensor4D, 2)));
    };
    const step = ({ x }: NamedTensorMap) => {
      const [images, first, second] = tf.grads(network)([x, filter, taps]);
      return { images, first, second };
    };
    const run = compileStep(step);
    for (let call = 0; call < 3; call++) {
      const x = tensorOf([2, 12, 12, 64], call);
      const [received, expected] = [run({ x }), step({ x })];
      for (const key of ['images', 'first', 'second'] as const)
        expect(bitsOf(received[key])).toEqual(bitsOf(expected[key]));
    }
    // Two pads and their copies; the gradient of each is a slice.
    const [{ float32 }] = Object.values(run.describe().graphs);
    expect(float32).toMatchObject({ PadV2: 4, Slice: 2, MaxPoolGrad: 1, Conv2DBackpropFilter: 2 });
    run.dispose();
  });

  it('joins the descent of weights of every shape, with decay or without, under a rate that is an input', () => {
    const shapes = [[3, 3, 2, 5], [7], [33, 2], [1]];
    for (const decay of [0, 2e-4]) {
      const make = () => ({
        weights: shapes.map((shape, at) => tf.variable(tensorOf(shape, at))),
        momenta: shapes.map((shape) => tf.variable(tf.zeros(shape))),
      });
      const stepOf =
        ({ weights, momenta }: ReturnType<typeof make>) =>
        ({ rate, ...gradients }: NamedTensorMap) => {
          weights.forEach((weight, at) => {
            const gradient = gradients[`g${at}`];
            const pulled = decay === 0 ? gradient : tf.add(gradient, tf.mul(weight, decay));
            const velocity = tf.add(tf.mul(momenta[at], 0.9), pulled);
            momenta[at].assign(velocity);
            weight.assign(tf.sub(weight, tf.mul(velocity, rate)));
          });
          return { first: weights[0].clone() };
        };
      const [eager, compiled] = [make(), make()];
      const run = compileStep(stepOf(compiled));
      for (let call = 0; call < 5; call++) {
        const gradients = Object.fromEntries(
          shapes.map((shape, at) => [`g${at}`, tensorOf(shape, 10 * call + at)]),
        );
        const inputs = { rate: tf.scalar(0.1 / (1 + call)), ...gradients };
        stepOf(eager)(inputs);
        run(inputs);
        for (const kind of ['weights', 'momenta'] as const)
          expect(compiled[kind].map(bitsOf)).toEqual(eager[kind].map(bitsOf));
      }
      expect(Object.values(run.describe().graphs)[0].float32).toEqual({ EvenkeelDescend: 1 });
    }
  });

  it('keeps a weight right that descends twice in a step, at one rate or at two', () => {
    for (const rates of [
      [0.1, 0.1],
      [0.1, 0.2],
    ]) {
      const make = () => [0, 1, 2, 3].map((seed) => tf.variable(tensorOf([3, 5], seed)));
      const stepOf =
        ([weight, momentum, other, its]: tf.Variable[]) =>
        ({ g, ...inputs }: NamedTensorMap) => {
          const descend = (w: tf.Variable, v: tf.Variable, rate: Tensor): void => {
            v.assign(tf.add(tf.mul(v, 0.9), g));
            w.assign(tf.sub(w, tf.mul(v, rate)));
          };
          descend(weight, momentum, inputs.first);
          descend(other, its, inputs.first);
          descend(weight, momentum, inputs.second);
          return { weight: weight.clone() };
        };
      const [eager, compiled] = [make(), make()];
      const messages: string[] = [];
      const run = compileStep(stepOf(compiled), { onMessage: (message) => messages.push(message) });
      for (let call = 0; call < 4; call++) {
        const [first, second] = rates.map((rate) => tf.scalar(rate));
        const inputs = { g: tensorOf([3, 5], 10 + call), first, second };
        stepOf(eager)(inputs);
        run(inputs);
        expect(compiled.map(bitsOf)).toEqual(eager.map(bitsOf));
      }
      expect(messages).toEqual([]);
      run.dispose();
    }
  });

  it('joins running averages that move alike, scaled or not, with the bits of the eager step', () => {
    const settings: [size: number, share: number, scale: number][] = [
      [30, 0.1, 1],
      [7, 0.1, 1],
      [40_000, 0.3, 8 / 7],
      [1, 0.3, 8 / 7],
      [64, 0.3, 1],
    ];
    const make = () => settings.map(([size], at) => tf.variable(tensorOf([size], at)));
    const stepOf = (averages: tf.Variable[]) => (inputs: NamedTensorMap) => {
      const move = (at: number, value: Tensor, share: number, scale = 1): void =>
        averages[at].assign(movedAverage<Tensor>(averages[at], value, share, scale));
      settings.forEach(([, share, scale], at) => move(at, inputs[`x${at}`], share, scale));
      // One moves twice, one towards another that has moved, and one towards itself.
      move(1, inputs.x1, 0.1);
      move(0, tf.slice1d(averages[4] as tf.Tensor1D, 0, 30), 0.2);
      move(4, averages[4], 0.7);
      // Somebody else takes what is multiplied with, the sum has another shape, or it is no vector: these stay as they are.
      const apart = tf.mul(averages[1], 1 - 0.1);
      const sum = tf.add(apart, tf.mul(inputs.x1, 0.1));
      const wider = tf.add(tf.mul(inputs.x1, 0.9), tf.mul(inputs.x3, 0.1));
      const image = tf.reshape(inputs.x0, [5, 6]);
      return { apart, sum, wider, matrix: movedAverage(image, tf.relu(image), 0.1) };
    };
    const [eager, compiled] = [make(), make()];
    const messages: string[] = [];
    const run = compileStep(stepOf(compiled), { onMessage: (message) => messages.push(message) });
    for (let call = 0; call < 5; call++) {
      const inputs = Object.fromEntries(
        settings.map(([size], at) => [`x${at}`, tensorOf([size], 10 * call + at)]),
      );
      const expected = Object.values(stepOf(eager)(inputs)).map(bitsOf);
      expect(Object.values(run(inputs)).map(bitsOf)).toEqual(expected);
      expect(compiled.map(bitsOf)).toEqual(eager.map(bitsOf));
    }
    // By 0.1 two at once, by 0.3 and 8 / 7 two at once, by 0.3, 0.2 and 0.7 one each; the second time by 0.1 stays as it is.
    const [{ float32 }] = Object.values(run.describe().graphs);
    expect(float32).toMatchObject({ EvenkeelMove: 5, Mul: 8, Add: 4 });
    expect(messages).toEqual([]);
    run.dispose();
  });

  it('keeps the guard of a step as one operation: 0 where all is finite, NaN where anything is not, wherever it stands', () => {
    const shapes = [[3, 3, 2, 5], [], [7], [33, 1000], [1]];
    const guard = (inputs: NamedTensorMap) => ({
      finite: tf.engine().runKernel('EvenkeelFinite', inputs) as tf.Scalar,
    });
    const run = compileStep(guard);
    const finiteOf = (
      seed: number,
      wrong?: { readonly tensor: number; readonly value: number },
    ): number[] => {
      const inputs = Object.fromEntries(
        shapes.map((shape, at) => {
          const values = tensorOf(shape, seed + at)
            .dataSync()
            .slice();
          if (wrong?.tensor === at) values[Math.floor((seed * values.length) / 10)] = wrong.value;
          return [`x${at}`, tf.tensor(values, shape)];
        }),
      );
      return [guard, run].map((step) => step(inputs).finite.dataSync()[0]);
    };
    for (let seed = 0; seed < 10; seed++) {
      expect(finiteOf(seed)).toEqual([0, 0]);
      for (const value of [NaN, Infinity, -Infinity])
        for (const tensor of shapes.keys()) expect(finiteOf(seed, { tensor, value })).toEqual([NaN, NaN]);
    }
    expect(finiteOf(3, { tensor: 3, value: 3.4e38 })).toEqual([0, 0]);
    expect(Object.values(run.describe().graphs)[0].float32).toEqual({ EvenkeelFinite: 1 });
  });

  it('joins batch normalisation in evaluation with what follows it', () => {
    const [scale, shift] = [tensorOf([19], 1), tensorOf([19], 2)];
    const step = ({ x, z }: NamedTensorMap) => ({
      plain: tf.add(tf.mul(x, scale), shift),
      gated: tf.relu(tf.add(tf.mul(z, scale), shift)),
      block: tf.relu(tf.add(tf.add(tf.mul(x, shift), scale), z)),
    });
    const run = compileStep(step);
    const inputs = { x: tensorOf([2, 3, 5, 19], 3), z: tensorOf([2, 3, 5, 19], 4) };
    for (let call = 0; call < 3; call++) {
      const [received, expected] = [run(inputs), step(inputs)];
      for (const key of ['plain', 'gated', 'block'] as const)
        expect(bitsOf(received[key])).toEqual(bitsOf(expected[key]));
    }
    expect(Object.values(run.describe().graphs)[0].float32).toEqual({ EvenkeelAffine: 3 });
  });

  it('keeps apart what somebody needs in between', () => {
    const step = ({ x }: NamedTensorMap) => {
      const sum = tf.add(tf.mul(x, tensorOf([4], 1)), tensorOf([4], 2));
      return { sum, active: tf.relu(sum) };
    };
    const run = compileStep(step);
    const x = tensorOf([5, 4], 3);
    for (let call = 0; call < 3; call++) expect(bitsOf(run({ x }).sum)).toEqual(bitsOf(step({ x }).sum));
    expect(Math.min(...run({ x }).sum.dataSync())).toBeLessThan(0);
    expect(Object.values(run.describe().graphs)[0].float32).toEqual({ EvenkeelAffine: 1, Relu: 1 });
  });
});
