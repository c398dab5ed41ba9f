import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { callWith, compile, counted, drawFor, messages, values } from './compiling.fixture.js';
import { recordableBackend } from './recordable-backend.js';
import { smallBatch, smallNet } from './small-net.fixture.js';

const { ready } = await nativeStatus();

afterEach(() => {
  messages.length = 0;
  tf.disposeVariables();
});

describe.skipIf(!ready)(ready ? 'on native' : 'on native, which is not set up here', () => {
  beforeAll(async () => {
    await useBackend('native', { onMessage: () => undefined });
  });

  describe('refuses, says why once, and runs eagerly', () => {
    let calls = 0;
    const cases: [string, (x: Tensor) => Tensor, RegExp][] = [
      [
        'a host read of an input',
        (x) => tf.scalar(2 * x.dataSync()[0]),
        /it reads the input 'x' on the host/,
      ],
      [
        'a host read of a result',
        (x) => tf.mul(x, tf.square(x).dataSync()[0] > 1e9 ? 3 : 2),
        /it reads what 'Square' gives on the host/,
      ],
      [
        'numbers drawn on the host',
        (x) => tf.add(tf.mul(x, 2), tf.mul(tf.randomUniform([]), 0)),
        /a constant that 'Mul' takes changes/,
      ],
      [
        'a count on the host',
        (x) => tf.mul(tf.sum(tf.tile(tf.reshape(x, [1]), [++calls])), 2 / calls),
        /a constant that '(Tile|Mul)' takes changes/,
      ],
      [
        'another op now and then',
        (x) => (++calls % 2 ? tf.mul(x, 2) : tf.add(x, x)),
        /it calls '(Mul|Add\w*)' at a place where another call has '(Mul|Add\w*)'/,
      ],
      [
        'an attribute that changes',
        (x) => tf.mul(tf.leakyRelu(x, 0.01 * ++calls), 2),
        /the attribute 'alpha' of 'LeakyRelu' changes/,
      ],
      [
        'an op that draws',
        (x) =>
          tf.add(
            tf.mul(x, 2),
            tf.mul(0, tf.sum(tf.cast(tf.multinomial(tf.tensor1d([1, 2]), 1, 5), 'float32'))),
          ),
        /'Multinomial' draws random numbers/,
      ],
    ];
    it.each(cases)('%s', (_title, double, reason) => {
      calls = 0;
      const run = compile(({ x }) => ({ out: double(x) }));
      callWith(run, [1, 2, 3, 4, 5]).forEach((value, at) => expect(value).toBeCloseTo(2 * (at + 1), 4));
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatch(reason);
      expect(messages[0]).toMatch(/^compileStep: 'test' runs eagerly, since .*\.$/);
    });

    it('a learning rate that is a plain number, at the next look', () => {
      let rate = 1;
      const { run } = counted(({ x }) => ({ out: tf.mul(x, rate) }));
      callWith(run, [1, 1, 1, 1]);
      rate = 2;
      expect(callWith(run, [1, 1, 1, 1, 1])).toEqual([1, 1, 1, 2, 2]); // the look is at call 8
      expect(messages[0]).toMatch(/a constant that 'Mul' takes changes/);
      expect(messages[0]).toMatch(/last seen unchanged in call 4, .* noticed in call 8: what ran in between/);
    });
  });

  describe('looks again without computing', () => {
    it('where it is asked to: a changed number costs no wrong step, and the message says where', () => {
      let [rate, epoch] = [1, 1];
      const run = compile(({ x }) => ({ out: tf.mul(x, rate) }), { where: () => `in epoch ${epoch}` });
      callWith(run, [1, 1, 1, 1, 1]);
      [rate, epoch] = [2, 2];
      run.look();
      expect(callWith(run, [1, 1])).toEqual([2, 2]);
      expect(messages).toEqual([
        "compileStep: 'test' runs eagerly, since a constant that 'Mul' takes changes from call to call. It was last seen " +
          'unchanged in epoch 1, and the change was noticed in epoch 2: what ran in between may have used the old one. What ' +
          'changes during a run has to come in as a tensor.',
      ]);
    });

    it('every 128 calls', () => {
      let rate = 1;
      const { run, count } = counted(({ x }) => ({ out: tf.mul(x, rate) }));
      const ones = (length: number) => new Array<number>(length).fill(1);
      callWith(run, ones(300));
      expect(count.host).toBe(9); // calls 1, 2, 4, 8, 16, 32, 64, 128 and 256
      rate = 2;
      expect(callWith(run, ones(100)).indexOf(2)).toBe(83); // call 384
    });

    it('and gives the bits of the eager step, moves variables once, and draws once', () => {
      const [eager, replayed] = [smallNet(), smallNet()];
      const { run, count } = counted(replayed.step);
      for (let call = 0; call < 12; call++) {
        tf.tidy(() => {
          const inputs = smallBatch(call);
          const expected = tf.tidy(() => eager.step(inputs, drawFor(call)));
          run.look();
          expect(values(run(inputs, drawFor(call)).loss)).toEqual(values(expected.loss));
        });
      }
      replayed.variables.forEach((variable, at) =>
        expect(values(variable)).toEqual(values(eager.variables[at])),
      );
      expect(count.host).toBe(12);
      expect(messages).toEqual([]);
    });

    it.each<[string, (x: Tensor, changed: boolean) => Tensor]>([
      ['another op', (x, changed) => (changed ? tf.square(x) : tf.mul(x, 2))],
      ['one op more', (x, changed) => (changed ? tf.neg(tf.mul(x, 2)) : tf.mul(x, 2))],
      ['another shape', (x, changed) => tf.sum(tf.tile(tf.reshape(x, [1]), [changed ? 3 : 2]))],
      ['a host read', (x, changed) => tf.mul(x, changed ? tf.mul(x, 2).dataSync()[0] : 2)],
      ['an error', (x, changed) => tf.mul(x, changed ? tf.reshape(tf.zeros([2, 3]), [5]) : 2)],
    ])('finds %s', (_what, compute) => {
      let changed = false;
      const total = tf.variable(tf.scalar(0));
      const { run } = counted(({ x }) => {
        total.assign(tf.add(total, 1));
        return { out: compute(x, changed) };
      });
      const call = () => {
        run.look();
        return callWith(run, [3])[0];
      };
      [1, 2, 3, 4, 5].forEach(() => expect(call()).toBe(6));
      changed = true;
      const expected = tf.tidy(() => {
        try {
          return compute(tf.scalar(3), true).dataSync()[0];
        } catch {
          return undefined;
        }
      });
      if (expected === undefined) expect(call).toThrow(/reshape|size/i);
      else expect(call()).toBe(expected);
      if (expected !== undefined) expect(messages).toHaveLength(1);
      expect(values(total)).toEqual([6]);
    });

    it('gathers, computes nothing but the graph, and leaves nothing behind', () => {
      const backend = recordableBackend()!;
      const binding = backend.binding as unknown as { getNumOfTensors(): number };
      const net = smallNet();
      const { run } = counted((inputs, draw) => ({
        ...net.step(inputs, draw),
        gathered: tf.gather(tf.tensor1d([5, 6, 7]), tf.cast(tf.zeros([2]), 'int32') as Tensor1D),
      }));
      const inputs = smallBatch(1);
      const more = (times: number) => {
        for (let call = 0; call < times; call++) {
          run.look();
          tf.tidy(() => void run(inputs, drawFor(call)));
        }
        return [tf.memory().numTensors, binding.getNumOfTensors()];
      };
      const before = more(40);
      expect(more(60)).toEqual(before);
      const real = backend.binding;
      const executed = new Set<string>();
      const executeOp: typeof real.executeOp = (...call) => {
        executed.add(call[0]);
        return real.executeOp(...call);
      };
      backend.binding = Object.setPrototypeOf({ executeOp }, real) as typeof real;
      run.look();
      tf.tidy(
        () =>
          void run(inputs, (_purpose, shape) => tf.tensor(new Float32Array(shape[0] * shape[1]), [...shape])),
      );
      backend.binding = real;
      // Under which inputs, draws and variables are known, and what makes the indices, which tfjs-node reads before it gathers.
      expect([...executed]).toEqual(['Identity', 'Cast']);
      expect(messages).toEqual([]);
      run.dispose();
      tf.dispose(inputs);
    });
  });
});
