import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { attributesFor, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { symmetricEigen } from '@evenkeel/tfjs-runtime';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { compile, counted, messages, values } from './compiling.fixture.js';
import { recordableBackend } from './recordable-backend.js';

const { ready } = await nativeStatus();

/** One of TensorFlow's ops that tfjs does not have. */
function op(name: string, x: Tensor, message = ''): Tensor {
  const backend = nativeBackend()!;
  const { float32, text } = attributesFor(backend);
  const attributes = [float32('T'), ...(message ? [text('message', message)] : [])];
  return backend.executeMultipleOutputs(name, attributes, [x], 1)[0];
}

/** How often TensorFlow was called with an op while a function ran. */
function callsOf(name: string, run: () => void): number {
  const backend = recordableBackend()!;
  const { binding } = backend;
  let calls = 0;
  backend.binding = Object.setPrototypeOf(
    {
      executeOp: (...call: Parameters<typeof binding.executeOp>) => {
        if (call[0] === name) calls++;
        return binding.executeOp(...call);
      },
    },
    binding,
  ) as typeof binding;
  try {
    run();
  } finally {
    backend.binding = binding;
  }
  return calls;
}

afterEach(() => {
  messages.length = 0;
  tf.disposeVariables();
});

describe.skipIf(!ready)(ready ? 'recording on native' : 'on native, which is not set up here', () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  it('runs each kind of call once, whatever the length of the step', () => {
    const run = compile(({ x }) => {
      let y = x as Tensor2D;
      for (let at = 0; at < 20; at++) y = tf.matMul(y, y);
      return { y };
    });
    const x = tf.mul(tf.eye(3), 0.5);
    expect(callsOf('BatchMatMulV2', () => run({ x }))).toBe(1);
    expect(values(run({ x }).y)[0]).toBe(0.5 ** (2 ** 20));
  });

  it('gives shapes and values of the eager step for many kinds of ops', () => {
    const shapes: Record<string, number[]>[] = [];
    const step = ({ images, labels }: NamedTensorMap): NamedTensorMap => {
      const x = tf.mul(images, 2) as Tensor4D;
      const flat = tf.reshape(x, [x.shape[0], -1]) as Tensor2D;
      const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 4]);
      const best = tf.argMax(flat, 1);
      const [left, right] = tf.split(flat, 2, 1);
      const { values: top, indices } = tf.topk(flat, 3);
      const made: NamedTensorMap = {
        convolved: tf.conv2d(x, filter, 2, 'same'),
        pooled: tf.maxPool(x, 2, 2, 'valid'),
        averaged: tf.avgPool(x, 3, 1, 'same'),
        padded: tf.pad(x, [
          [0, 0],
          [1, 2],
          [0, 0],
          [0, 1],
        ]),
        turned: tf.transpose(x, [0, 3, 1, 2]),
        cut: tf.slice(x, [0, 1, 1, 0], [-1, 2, 2, 1]),
        strided: tf.stridedSlice(flat, [0, 1], [3, 8], [1, 3]),
        joined: tf.concat([left, right, flat], 1),
        stacked: tf.stack([left, right], 1),
        tiled: tf.tile(flat, [2, 1]),
        summed: tf.cumsum(flat, 1),
        hot: tf.oneHot(best, 32),
        right: tf.equal(best, labels),
        share: tf.mean(tf.cast(tf.equal(best, labels), 'float32')),
        gathered: tf.gather(flat, labels as Tensor1D),
        chosen: tf.where(tf.greater(flat, 0), flat, tf.zerosLike(flat)),
        top,
        indices,
        resized: tf.image.resizeBilinear(x, [7, 5]),
        moments: tf.moments(x, [0, 1, 2]).variance,
        product: tf.matMul(flat, flat, false, true),
        broadcast: tf.add(flat, tf.ones([1, 1, flat.shape[1]])),
        expanded: tf.expandDims(best, 1),
        unstacked: tf.unstack(flat, 0)[1],
      };
      shapes.push(Object.fromEntries(Object.entries(made).map(([name, { shape }]) => [name, [...shape]])));
      return made;
    };
    const inputs = {
      images: tf.randomNormal([3, 4, 4, 2], 0, 1, 'float32', 5),
      labels: tf.tensor1d([2, 0, 1], 'int32'),
    };
    const expected = step(inputs);
    const run = compile(step);
    for (let call = 1; call <= 3; call++) {
      const received = run(inputs);
      for (const [name, tensor] of Object.entries(expected)) {
        expect(received[name].shape, name).toEqual(tensor.shape);
        expect(values(received[name]), name).toEqual(values(tensor));
      }
    }
    expect(shapes).toEqual([shapes[0], shapes[0], shapes[0]]); // eager, calls 1 and 2
    expect(messages).toEqual([]);
  });

  it('tells calls apart that differ in axes or sizes alone', () => {
    const step = ({ x }: NamedTensorMap): NamedTensorMap => {
      const a = tf.mul(x, 2) as Tensor4D;
      const flat = tf.reshape(a, [10, 10]) as Tensor2D;
      const filter = tf.ones<tf.Rank.R4>([2, 2, 3, 4]);
      const joined = [0, 1].map((axis) => tf.concat([flat, flat], axis));
      const taken = [0, 1].map((axis) => tf.gather(flat, tf.tensor1d([1, 2, 3], 'int32'), axis));
      const grown = [9, 10].map((size) => tf.conv2dTranspose(a, filter, [1, size, size, 3], 2, 'same'));
      const weights = tf.ones<tf.Rank.R4>([2, 2, 4, 2]);
      const gradients = [5, 4].map((size) =>
        tf.grad((cut: Tensor) => {
          const convolved = tf.conv2d(cut as Tensor4D, weights, 1, 'same');
          return tf.sum(tf.square(tf.avgPool(convolved, 2, 1, 'same')));
        })(tf.slice(a, [0, 0, 0, 0], [1, size, 5, 4])),
      );
      const every = [...joined, ...taken, ...grown, ...gradients];
      return {
        ...Object.fromEntries(every.map((tensor, at) => [`tensor${at}`, tensor])),
        ...Object.fromEntries(every.map((tensor, at) => [`rows${at}`, tf.mul(tf.sum(a), tensor.shape[1]!)])),
      };
    };
    const run = compile(step);
    const x = tf.randomNormal([1, 5, 5, 4], 0, 1, 'float32', 3);
    const expected = step({ x });
    for (let call = 1; call <= 3; call++) {
      for (const [name, tensor] of Object.entries(run({ x }))) {
        expect(tensor.shape, name).toEqual(expected[name].shape);
        expect(values(tensor), name).toEqual(values(expected[name]));
      }
    }
    expect(messages).toEqual([]);
  });

  it('computes what a shape depends on', () => {
    const sizes: number[] = [];
    const { run } = counted(({ x }) => {
      const { values: different } = tf.unique(tf.mul(x, 2));
      sizes.push(different.shape[0]);
      return { different: tf.reshape(different, [different.shape[0], 1]) };
    });
    const x = tf.tensor1d([3, 1, 3, 3, 2]);
    for (let call = 0; call < 3; call++) expect(values(run({ x }).different)).toEqual([6, 2, 4]);
    expect(sizes).toEqual([3, 3]);
  });

  it('computes where TensorFlow would refuse zeros', () => {
    const run = compile(({ x }) => ({ inverse: op('MatrixInverse', tf.mul(x, 2)) }));
    for (let call = 0; call < 3; call++)
      expect(values(run({ x: tf.eye(2) }).inverse)).toEqual([0.5, 0, 0, 0.5]);
    expect(messages).toEqual([]);
  });

  it('computes what is read on the host, once, and goes on with it', () => {
    const seen: number[] = [];
    const run = compile(({ x }) => {
      const products = tf.matMul(x as Tensor2D, x as Tensor2D);
      const [first] = products.dataSync();
      seen.push(first);
      return { y: tf.mul(tf.matMul(products, products), first) };
    });
    const x = tf.mul(tf.eye(2), 3);
    let y: Tensor | undefined;
    // Its kind, its value, and what comes after.
    expect(callsOf('BatchMatMulV2', () => (y = run({ x }).y))).toBe(3);
    expect(values(y!)).toEqual([729, 0, 0, 729]);
    expect(seen).toEqual([9]);
    expect(messages).toEqual([expect.stringContaining("reads what 'BatchMatMulV2' gives on the host")]);
  });

  it('computes what somebody keeps', () => {
    let kept: Tensor | undefined;
    const run = compile(({ x }) => {
      kept ??= tf.keep(tf.mul(x, 3));
      return { y: tf.add(kept, x) };
    });
    onTestFinished(() => kept?.dispose());
    const y = [1, 1, 1].map((x) => tf.tidy(() => values(run({ x: tf.scalar(x) }).y)[0]));
    expect(values(kept!)).toEqual([3]);
    expect(y).toEqual([4, 4, 4]);
  });

  it.each<[string, (y: Tensor) => Tensor]>([
    ['the very tensor', (y) => tf.keep(y)],
    ['a clone of it', (y) => tf.keep(tf.clone(y))],
  ])('computes what somebody keeps of a result: %s', (_what, keep) => {
    let kept: Tensor | undefined;
    const total = tf.variable(tf.scalar(1));
    const run = compile(({ x }) => {
      const y = tf.mul(tf.add(total, x), 3);
      kept ??= keep(y);
      total.assign(y as tf.Scalar);
      return { y };
    });
    onTestFinished(() => kept?.dispose());
    for (let call = 0; call < 3; call++) tf.tidy(() => void run({ x: tf.scalar(2) }));
    expect(values(kept!)).toEqual([9]);
    expect(values(total)).toEqual([105]);
  });

  it('takes no tensor that is kept for another of a later recording', () => {
    let kept: Tensor | undefined;
    const { run } = counted(({ x }) => {
      const a = tf.mul(x, 10);
      const y = tf.add(a, 1);
      kept ??= tf.keep(y);
      return { y, z: tf.add(kept, tf.mul(x, 0)) };
    });
    onTestFinished(() => kept?.dispose());
    const z = [2, 3].map((x) => values(run({ x: tf.scalar(x) }).z)[0]);
    expect(z).toEqual([21, 21]);
    expect(messages).toEqual([expect.stringContaining('changes from call to call')]);
  });

  it('moves no variable that the eager step would not, when an op refuses its values at any call', () => {
    const run = (compiled: boolean) => {
      const variable = tf.variable(tf.scalar(1));
      const step = ({ x }: NamedTensorMap) => {
        const next = tf.add(variable, 1) as tf.Scalar;
        const y = op('CheckNumerics', x, 'the input');
        variable.assign(next);
        return { y };
      };
      const called = compiled ? compile(step) : step;
      return [NaN, 1, NaN, 1, 1, NaN, 1].map((x) => {
        try {
          tf.tidy(() => void called({ x: tf.scalar(x) }));
        } catch (error) {
          expect(String(error)).toContain('the input');
        }
        return values(variable)[0];
      });
    };
    expect(run(true)).toEqual(run(false));
    expect(messages).toEqual([]);
  });

  it.each([false, true])(
    'keeps the variables that an optimizer makes in a call that fails, compiled: %s',
    (compiled) => {
      const weight = tf.variable(tf.eye(2));
      const optimizer = tf.train.adam(0.1);
      const decomposed = tf.customGrad((...inputs) => ({
        value: tf.sum(symmetricEigen(inputs[0] as Tensor2D).values),
        gradFunc: () => tf.eye(2),
      }));
      const trains = ({ x }: NamedTensorMap) => ({
        loss: optimizer.minimize(() => decomposed(tf.mul(x, weight)) as tf.Scalar, true)!,
      });
      const called = compiled ? compile(trains) : trains;
      expect(() => called({ x: tf.fill([2, 2], NaN) })).toThrow();
      for (let call = 0; call < 3; call++) called({ x: tf.eye(2) });
      expect(values(weight).map((value) => Math.round(1000 * value) / 1000)).toEqual([0.7, 0, 0, 0.7]);
    },
  );

  it.each([1, 3])(
    'keeps what is kept, and says what failed, when a decomposition fails in call %i',
    (bad) => {
      let kept: Tensor = tf.keep(tf.ones([2, 2]));
      onTestFinished(() => kept.dispose());
      const run = compile(({ x }) => {
        const next = tf.keep(tf.add(kept, 1));
        kept.dispose();
        kept = next;
        return { y: symmetricEigen(tf.mul(x, 2) as Tensor2D).values };
      });
      for (let call = 1; call <= 4; call++) {
        const x = tf.mul(tf.eye(2), call === bad ? NaN : call);
        if (call === bad) expect(() => run({ x })).toThrow('eigen decomposition');
        else expect(values(run({ x }).y)).toEqual([2 * call, 2 * call]);
        expect(values(kept).every(Number.isFinite)).toBe(true);
      }
    },
  );

  it('looks in the call after one that failed', () => {
    let rate = 1;
    const run = compile(({ x }) => ({ y: tf.mul(op('CheckNumerics', x, 'the input'), rate) }));
    run({ x: tf.scalar(1) });
    rate = 2;
    expect(() => run({ x: tf.scalar(NaN) })).toThrow('the input');
    expect(values(run({ x: tf.scalar(1) }).y)).toEqual([2]);
  });

  it('leaves strings to the eager step', () => {
    const run = compile(() => ({ text: tf.tensor1d(['a', 'b']) }));
    expect(run({}).text.dataSync()).toEqual(['a', 'b']);
    expect(messages).toEqual([expect.stringContaining('a tensor of strings')]);
  });

  it('shows no promise to those who look on', () => {
    const count = tf.variable(tf.scalar(0));
    const seen: number[] = [];
    const look = () => seen.push(values(count)[0]);
    const run = compile(
      ({ x }, draw) => {
        count.assign(tf.add(count, 1));
        return { y: tf.mul(tf.mul(x, draw('noise', [])), x.dataSync()[0]) };
      },
      { onMessage: look, where: () => String(look()) },
    );
    run({ x: tf.scalar(1) }, (_purpose, shape) => {
      look();
      return tf.ones([...shape]);
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set([1]));
  });

  it('leaves variables where the eager step does, when it throws', () => {
    const variable = tf.variable(tf.scalar(1));
    const run = compile(({ x }) => {
      variable.assign(tf.add(variable, x));
      if (variable.shape.length === 0) throw new Error('in the middle');
      return { x };
    });
    expect(() => run({ x: tf.scalar(2) })).toThrow('in the middle');
    expect(values(variable)).toEqual([3]);
  });

  it('throws what an op says of the values, leaves variables alone, and goes on as a graph', () => {
    const variable = tf.variable(tf.scalar(1));
    const { run, count } = counted(({ x }) => {
      variable.assign(op('CheckNumerics', tf.add(variable, x), 'the sum') as tf.Scalar);
      return { y: tf.mul(variable, 2) };
    });
    expect(() => run({ x: tf.scalar(NaN) })).toThrow('the sum');
    expect(values(variable)).toEqual([1]);
    for (let call = 0; call < 3; call++) run({ x: tf.scalar(1) });
    expect(values(variable)).toEqual([4]);
    expect(count.host).toBeLessThan(4);
    expect(messages).toEqual([]);
  });

  it('frees what it computed on the way, and what it did not', () => {
    const binding = recordableBackend()!.binding;
    const next = (): number => {
      const id = binding.createTensor([], binding.TF_FLOAT, new Float32Array(1));
      binding.deleteTensor(id);
      return id;
    };
    const alive = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, at) => from + at).filter((id) => {
        try {
          binding.tensorDataSync(id);
          return true;
        } catch {
          return false;
        }
      });
    const run = compile(({ x }) => {
      const y = tf.relu(tf.matMul(x as Tensor2D, x as Tensor2D));
      return { y: tf.mul(y, y.dataSync()[0]) };
    });
    const graph = compile(({ x }) => ({ y: tf.relu(tf.matMul(x as Tensor2D, tf.square(x) as Tensor2D)) }));
    const x = tf.eye(2) as Tensor;
    const from = next();
    tf.tidy(() => {
      run({ x });
      graph({ x });
      graph({ x });
    });
    expect(alive(from + 1, next())).toEqual([]);
  });
});
