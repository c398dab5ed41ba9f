import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { callWith, compile, counted, drawFor, messages, values } from './compiling.fixture.js';
import { recordableBackend } from './recordable-backend.js';
import { smallBatch, smallNet } from './small-net.fixture.js';
import type { Draw } from './step.js';

const { ready } = await nativeStatus();

afterEach(() => {
  messages.length = 0;
  tf.disposeVariables();
});

describe.skipIf(!ready)(ready ? 'on native' : 'on native, which is not set up here', () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  it('gives the bits of the eager step over 50 steps, with dropout, whitening, running mean and clipping', () => {
    const [eager, replayed] = [smallNet(), smallNet()];
    const { run, count } = counted(replayed.step);
    for (let call = 0; call < 50; call++) {
      tf.tidy(() => {
        const inputs = smallBatch(call);
        const expected = tf.tidy(() => eager.step(inputs, drawFor(call)));
        const received = run(inputs, drawFor(call));
        expect(values(received.loss), `loss of call ${call}`).toEqual(values(expected.loss));
        expect(values(received.norm)).toEqual(values(expected.norm));
      });
    }
    replayed.variables.forEach((variable, at) => {
      expect(values(variable)).toEqual(values(eager.variables[at]));
    });
    expect(count.host).toBe(6); // calls 1, 2, 4, 8, 16 and 32
    expect(messages).toEqual([]);
    run.dispose();
  });

  it('compiles an optimizer of tfjs, whose slots the first call makes', () => {
    const train = (kind: 'momentum' | 'adam', compiled: boolean) => {
      const weight = tf.variable(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
      );
      const optimizer = kind === 'adam' ? tf.train.adam(0.05) : tf.train.momentum(0.05, 0.9);
      const step = ({ x }: NamedTensorMap) => ({
        loss: optimizer.minimize(
          () => tf.mean(tf.square(tf.matMul(x as Tensor2D, weight as Variable as Tensor2D))) as Scalar,
          true,
        )!,
      });
      const { run, count } = counted(step);
      const losses = Array.from({ length: 20 }, (_, call) =>
        tf.tidy(
          () =>
            (compiled ? run : step)({
              x: tf.randomNormal([3, 2], 0, 1, 'float32', call + 1),
            }).loss.dataSync()[0],
        ),
      );
      if (compiled) expect(count.host).toBeLessThan(8);
      run.dispose();
      return losses;
    };
    expect(train('momentum', true)).toEqual(train('momentum', false));
    expect(train('adam', true)).toEqual(train('adam', false));
    expect(messages).toEqual([]);
  });

  it('takes variables as they are at every call, and never leaves them stale', () => {
    const total = tf.variable(tf.scalar(0));
    const { run, count } = counted(({ x }) => {
      total.assign(tf.add(total, x));
      return { out: tf.mul(total, 10) };
    });
    expect(callWith(run, [1, 2, 3])).toEqual([10, 30, 60]);
    total.assign(tf.scalar(100));
    expect(callWith(run, [1, 1, 1])).toEqual([1010, 1020, 1030]);
    expect(values(total)).toEqual([103]);
    expect(count.host).toBe(3);
    run.dispose();
    expect(values(total)).toEqual([103]);
  });

  it('tells variables, inputs and other tensors apart that share their memory', () => {
    const start = tf.tensor1d([1, 2]);
    const weight = tf.variable(start);
    const average = tf.variable(tf.zeros([2]));
    average.assign(weight);
    const run = compile(({ a, b }) => {
      weight.assign(tf.add(weight, tf.sub(a, b)));
      average.assign(tf.div(tf.add(average, weight), 2));
      return { drift: tf.sub(weight, start) };
    });
    const a = tf.tensor1d([4, 6]);
    run({ a, b: a });
    const other = tf.tensor1d([3, 5]);
    for (let call = 0; call < 4; call++) run({ a, b: other });
    expect(values(weight)).toEqual([5, 6]);
    expect(values(run({ a, b: a }).drift)).toEqual([4, 4]);
    // Weights go 1, 2, 3, 4, 5, 5 from 1; halving towards each of them gives 1, 1.5, 2.25, 3.125, 4.0625, 4.53125.
    expect(values(average)).toEqual([4.53125, 5.53125]);
    expect(messages).toEqual([]);
    run.dispose();
  });

  it('makes one graph for each shape and type, up to maxGraphs', () => {
    const run = compile(({ x }) => ({ out: tf.sum(tf.mul(x, 2)) }), { maxGraphs: 2 });
    for (let call = 0; call < 5; call++) {
      for (const x of [tf.ones([2]), tf.ones([3]), tf.ones([2], 'int32')]) {
        expect(values(run({ x }).out)).toEqual([2 * x.size]);
      }
    }
    expect(messages).toEqual([
      "compileStep: 'test' runs eagerly, since its inputs come in more than 2 sets of shapes (option 'maxGraphs').",
    ]);
    run.dispose();
  });

  it('asks for draws in the order of the step, those that nobody uses included', () => {
    const asked: string[] = [];
    let number = 0;
    const run = compile((_inputs, draw) => {
      draw('first', [2]);
      const [second, third] = [draw('second', []), draw('third', [])];
      return { out: tf.sub(third, second) };
    });
    for (let call = 0; call < 3; call++) {
      asked.length = 0;
      const { out } = run({}, (purpose, shape) => {
        asked.push(purpose);
        return tf.fill([...shape], (++number) ** 2);
      });
      expect(asked).toEqual(['first', 'second', 'third']);
      expect(values(out)).toEqual([number ** 2 - (number - 1) ** 2]);
    }
    expect(messages).toEqual([]);
    run.dispose();
  });

  it('gathers by an input, though tfjs-node looks at the indices on the host', () => {
    const { run, count } = counted(({ x }) => ({
      out: tf.gather(tf.tensor1d([5, 6, 7]), tf.cast(x, 'int32') as Tensor1D),
    }));
    expect(callWith(run, [0, 1, 2, 0, 1, 2])).toEqual([5, 6, 7, 5, 6, 7]);
    expect(count.host).toBe(3);
    expect(messages).toEqual([]);
  });

  it.each([1, 2, 3, 8, 9, 10, 16, 17, 25])('adds %i tensors in the order of the eager step', (count) => {
    const step = ({ x }: NamedTensorMap) => ({
      sum: tf.addN(Array.from({ length: count }, (_, at) => tf.sin(tf.mul(x, at + 1)))),
    });
    const run = compile(step);
    const x = tf.randomNormal([200], 0, 1, 'float32', count);
    const expected = values(step({ x }).sum);
    for (let call = 0; call < 3; call++) expect(values(run({ x }).sum)).toEqual(expected);
    run.dispose();
  });

  it.each<[string, (x: Tensor2D) => Tensor]>([
    ['the place of the largest of a ReLU', (x) => tf.argMax(tf.relu(tf.sub(x, 10)), 1)],
    ['the largest of logarithms, some of which are not numbers', (x) => tf.max(tf.log(x), 1)],
    ['a mask of NaN', (x) => tf.logicalNot(tf.less(tf.sqrt(x), 100))],
    ['the logarithm of a softmax that is 0', (x) => tf.isFinite(tf.log(tf.softmax(tf.mul(x, 1000))))],
    ['a quotient by a whole number', (x) => tf.div(x, tf.scalar(3, 'int32'))],
    [
      'a whole number that is added and taken away',
      (x) => {
        const large = tf.scalar(1000, 'int32');
        return tf.sub(tf.add(tf.mul(x, 1e-4), large), large);
      },
    ],
    ['a norm', (x) => tf.norm(x, 2, 1)],
    ['a gated value', (x) => tf.mul(x, tf.sigmoid(x))],
    ['a sum of sums', (x) => tf.addN([tf.addN([x, x, tf.square(x)]), x, tf.exp(x)])],
  ])('has the bits of the eager step where TensorFlow would rewrite it: %s', (_what, compute) => {
    const run = compile(({ x }) => ({ y: compute(x as Tensor2D) }));
    const x = tf.randomNormal<tf.Rank.R2>([40, 7], 0, 3, 'float32', 3);
    const expected = values(compute(x));
    for (let call = 0; call < 3; call++) expect(values(run({ x }).y)).toEqual(expected);
    expect(messages).toEqual([]);
    run.dispose();
  });

  it('fills in the type that tfjs-node leaves open', () => {
    const { run, count } = counted(({ x }) => ({ out: tf.expandDims(tf.mul(x, 2), 0) }));
    expect(callWith(run, [1, 2, 3])).toEqual([2, 4, 6]);
    expect(count.host).toBe(2);
    expect(messages).toEqual([]);
  });

  it('records again when a tensor that it took from outside was replaced', () => {
    let factor = tf.scalar(2);
    const { run, count } = counted(({ x }) => ({ out: tf.mul(x, factor) }));
    expect(callWith(run, [1, 2, 3])).toEqual([2, 4, 6]);
    factor.dispose();
    factor = tf.scalar(5);
    expect(callWith(run, [1, 2, 3])).toEqual([5, 10, 15]);
    expect(count.host).toBe(4); // calls 1 and 2, and again from call 4
    expect(messages).toEqual([]);
  });

  it('throws what an op throws, and works after it', () => {
    const { run, count } = counted(({ x }) => ({
      out: tf.gather(tf.tensor1d([5, 6]), tf.cast(x, 'int32') as Tensor1D),
    }));
    callWith(run, [0, 1, 1]);
    expect(() => callWith(run, [0, 7])).toThrow(/not in \[0, 1\]/);
    expect(callWith(run, [0, 1, 1, 0])).toEqual([5, 6, 6, 5]);
    expect(count.host).toBeGreaterThan(3);
  });

  it('replays where TensorFlow has a GPU, too: the code is the same, devices are its own affair', () => {
    const backend = recordableBackend()!;
    Object.defineProperty(backend, 'isUsingGpuDevice', { value: true, configurable: true });
    try {
      const { run, count } = counted(({ x }) => ({ out: tf.mul(x, 2) }));
      expect(callWith(run, [1, 2, 3, 4, 5])).toEqual([2, 4, 6, 8, 10]);
      expect(count.host).toBe(3);
      expect(compile(({ x }) => ({ x }), { precision: 'bfloat16' }).describe()).toMatchObject({
        precision: 'float32',
        reason: 'bfloat16 was never tried on a GPU',
      });
    } finally {
      Object.defineProperty(backend, 'isUsingGpuDevice', { value: false, configurable: true });
    }
    expect(messages).toEqual([]);
  });

  it('replays a compiled step within another as a part of it', () => {
    const { run: inner, count } = counted(({ x }) => ({ out: tf.mul(x, 2) }));
    callWith(inner, [1, 2, 3]);
    const outer = counted(({ x }) => ({ out: tf.add(inner({ x }).out, 1) }));
    expect(callWith(outer.run, [1, 2, 3, 4, 5])).toEqual([3, 5, 7, 9, 11]);
    expect([count.host, outer.count.host]).toEqual([5, 3]);
    expect(messages).toEqual([]);
  });

  it('leaves no tensors, handles, sessions or files behind in 1,000 steps', () => {
    const { binding } = recordableBackend()! as unknown as {
      binding: { getNumOfTensors(): number; getNumOfSavedModels(): number };
    };
    // Its own, since other tests compile at the same time.
    const temporary = mkdtempSync(join(tmpdir(), 'compile-step-test-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(temporary, { recursive: true });
    });
    const files = () => readdirSync(tmpdir()).filter((name) => name.startsWith('evenkeel-step-')).length;
    const count = () => [
      tf.memory().numTensors,
      binding.getNumOfTensors(),
      binding.getNumOfSavedModels(),
      files(),
    ];
    const net = smallNet();
    tf.tidy(() => void net.step(smallBatch(0), drawFor(0))); // uploads the variables
    const fresh = count();
    const run = compile(net.step);
    const inputs = smallBatch(1);
    const more = (times: number) => {
      for (let call = 0; call < times; call++) tf.tidy(() => void run(inputs, drawFor(call)));
      return count();
    };
    const before = more(40);
    const memory = process.memoryUsage.rss();
    expect(more(1000)).toEqual(before);
    expect((process.memoryUsage.rss() - memory) / 2 ** 20).toBeLessThan(30);
    run.dispose();
    tf.dispose(inputs);
    expect(count()).toEqual(fresh);
    expect(files()).toBe(0);
  });

  it('keeps nothing but its outputs outside tidy', () => {
    const net = smallNet();
    const run = compile(net.step);
    const inputs = smallBatch(1);
    for (const expected of [2, 2, 2, 2]) {
      const before = tf.memory().numTensors;
      const draw: Draw = (_purpose, shape) => tf.ones([...shape]);
      const outputs = run(inputs, draw);
      expect(tf.memory().numTensors - before).toBe(expected);
      tf.dispose(outputs);
    }
    run.dispose();
  });
});

describe.each(['native', 'cpu'] as const)('on %s', (backend) => {
  const skipped = backend === 'native' && !ready;
  beforeAll(async () => {
    if (!skipped) await useBackend(backend, { onMessage: () => undefined });
  });

  const loss = (): Tensor => tf.scalar(1);
  const disposed = (): Tensor => {
    const tensor = loss();
    tensor.dispose();
    return tensor;
  };
  it.skipIf(skipped)('refuses an async step, whatever becomes of its promise', () => {
    const returns = compile((() => Promise.reject(new Error('late'))) as unknown as () => NamedTensorMap);
    expect(() => tf.tidy(() => returns({}))).toThrow('received a promise.');
  });

  it.skipIf(skipped).each([
    ['nothing', () => undefined, 'received undefined.'],
    ['a single tensor', loss, 'received a single tensor of shape [].'],
    ['a promise', () => Promise.resolve({ loss: 1 }), 'received a promise.'],
    ['a map', () => new Map(), 'received a Map.'],
    ['a number', () => ({ loss: 3 }), "received 3 for 'loss'."],
    ['a disposed tensor', () => ({ loss: disposed() }), "received a disposed tensor for 'loss'."],
  ])('refuses %s in the place of tensors by name', (_what, make, received) => {
    const returns = compile(make as unknown as () => NamedTensorMap);
    const refused = (code: string) =>
      expect.objectContaining({ code, message: expect.stringContaining(received) as string });
    expect(() => tf.tidy(() => returns({}))).toThrow(refused('COMPILED_OUTPUTS'));
    const takes = compile(() => ({ loss: loss() }));
    const given = make() as unknown as NamedTensorMap;
    expect(() => tf.tidy(() => takes(given))).toThrow(refused('COMPILED_INPUTS'));
  });
});

describe('on a backend without graphs', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it('is the step itself', () => {
    const { run, count } = counted(({ x }) => ({ out: tf.mul(x, 2) }));
    expect(callWith(run, [1, 2, 3, 4])).toEqual([2, 4, 6, 8]);
    expect(count.host).toBe(4);
    expect(messages).toEqual([]);
  });

  it('refuses what it is given in a wrong form', () => {
    expect(() => compile(({ x }) => ({ x }), { maxGraphs: 0.5 })).toThrow(
      expect.objectContaining({ code: 'COMPILED_OPTION_INVALID' }),
    );
    const run = compile((_inputs, draw) => ({ out: draw('mask', [2, 3]) }));
    expect(() => run({})).toThrow(expect.objectContaining({ code: 'COMPILED_NO_DRAW' }));
    expect(() => run({}, () => tf.ones([3]))).toThrow(
      expect.objectContaining({ code: 'COMPILED_DRAW_SHAPE' }),
    );
    run.dispose();
    expect(() => run({}, () => tf.ones([2, 3]))).toThrow(
      expect.objectContaining({ code: 'COMPILED_DISPOSED' }),
    );
  });
});
