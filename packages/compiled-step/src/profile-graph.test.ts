import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import '@evenkeel/tfjs-runtime';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { compileStep } from './compile-step.js';
import { precisionHere } from './precision.js';
import { profileGraph } from './profile-graph.js';
import { recordableBackend } from './recordable-backend.js';
import type { Binding } from './recordable-backend.js';
import { residualBatch, residualNet } from './residual-net.fixture.js';

const { ready } = await nativeStatus();
const missing = (code: string) => expect.objectContaining({ code }) as Error;

afterEach(() => tf.disposeVariables());

describe.skipIf(!ready)(ready ? 'profile' : 'profile, skipped: native is not set up here', () => {
  beforeAll(async () => void (await useBackend('native', { onMessage: () => undefined })));

  it('counts calls, bytes and the work of products, by hand', () => {
    const weight = tf.variable(tf.ones<tf.Rank.R2>([7, 5]));
    const step = compileStep(({ x, images, filter }: NamedTensorMap) => {
      const product = tf.matMul(x as Tensor2D, weight as Tensor2D);
      weight.assign(tf.add(weight, 1));
      const convolved = tf.conv2d(images as Tensor4D, filter as Tensor4D, 2, 'same');
      const back = tf.matMul(product, product, true, false);
      return { out: tf.add(tf.add(tf.sum(back), tf.sum(convolved)), 1) };
    });
    const inputs = {
      x: tf.ones([3, 7]),
      images: tf.ones([2, 6, 4, 3]),
      filter: tf.ones([3, 3, 3, 8]),
    };
    const { out } = step(inputs);
    const before = [...weight.dataSync()];
    const profile = step.profile(inputs, { rounds: 2 });
    expect([...weight.dataSync()]).toEqual(before);
    const of = (name: string) => profile.find(({ op }) => op === name)!;
    expect(of('Conv2D')).toMatchObject({
      precision: 'float32',
      calls: 1,
      bytes: 4 * (2 * 6 * 4 * 3 + 3 * 3 * 3 * 8 + 2 * 3 * 2 * 8),
      flops: 2 * (2 * 3 * 2 * 8) * (3 * 3 * 3),
    });
    const products = profile.filter(({ op }) => /MatMul/.test(op));
    const sum = (key: 'calls' | 'flops') => products.reduce((all, kind) => all + kind[key], 0);
    expect([sum('calls'), sum('flops')]).toEqual([2, 2 * 3 * 7 * 5 + 2 * 5 * 3 * 5]);
    expect(profile.map(({ ms }) => ms)).toEqual(profile.map(({ ms }) => ms).sort((a, b) => b - a));
    expect(profile.every(({ ms }) => ms > 0)).toBe(true);
    expect(out.dataSync().length).toBe(1);
    step.dispose();
  });

  it('has every operation of the graph that the step runs, in the precision that it runs in', () => {
    for (const precision of ['float32', precisionHere('bfloat16').precision] as const) {
      const net = residualNet();
      const step = compileStep(net.train, { precision, onMessage: () => undefined });
      const inputs = residualBatch(1);
      tf.tidy(() => void step(inputs));
      const [{ bfloat16, float32, casts }] = Object.values(step.describe().graphs);
      const profile = step.profile(inputs, { rounds: 1 });
      const counted = (some: typeof profile) =>
        Object.fromEntries(
          some.map(({ op, calls }) => [op, calls] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
        );
      const calls = profile.reduce((all, kind) => all + kind.calls, 0);
      const described = [...Object.values(bfloat16), ...Object.values(float32)];
      expect(calls).toBe(described.reduce((all, count) => all + count, casts));
      const halves = profile.filter((kind) => kind.precision === 'bfloat16' && kind.op !== 'Cast');
      expect(counted(halves)).toEqual(bfloat16);
      step.dispose();
    }
  });

  it('leaves nothing behind', () => {
    const { binding } = recordableBackend()! as unknown as { binding: { getNumOfTensors(): number } };
    const net = residualNet();
    const step = compileStep(net.train);
    const inputs = residualBatch(1);
    tf.tidy(() => void step(inputs));
    const count = () => [tf.memory().numTensors, binding.getNumOfTensors()];
    const before = count();
    step.profile(inputs, { rounds: 1 });
    expect(count()).toEqual(before);
    step.dispose();
  });

  it('refuses inputs that it was not called with, bad rounds and a step that is gone', () => {
    const step = compileStep(({ x }: NamedTensorMap) => ({ out: tf.square(x) }));
    const [x, other] = [tf.ones([2]), tf.ones([3])];
    expect(() => step.profile({ x })).toThrow(missing('COMPILED_NOT_RECORDED'));
    step({ x });
    expect(() => step.profile({ x: other })).toThrow(
      /no graph for the inputs x:float32\[3\].*only for x:float32\[2\]/,
    );
    expect(() => step.profile({ x }, { rounds: 0 })).toThrow(missing('COMPILED_OPTION_INVALID'));
    expect(step.profile({ x }).map(({ op }) => op)).toContain('Square');
    step.dispose();
    expect(() => step.profile({ x })).toThrow(missing('COMPILED_DISPOSED'));
  });
});

it('refuses a graph that reduces over processes', () => {
  const reduce = { name: 'sum', op: 'EvenkeelAllReduce', attributes: [], inputs: [], outputs: [] };
  const graph = {
    inputs: [],
    draws: [],
    constants: [],
    ops: [reduce],
    outputs: [],
    updates: [],
    reduces: true,
  };
  expect(() => profileGraph(graph, {} as Binding, [], 1)).toThrow(missing('COMPILED_PROFILE_REDUCES'));
});

it('has no graph to profile on other backends', async () => {
  await useBackend('cpu');
  const step = compileStep(({ x }: NamedTensorMap) => ({ out: tf.square(x) }));
  const x = tf.ones([2]);
  step({ x });
  expect(() => step.profile({ x })).toThrow(missing('COMPILED_NOT_RECORDED'));
});
