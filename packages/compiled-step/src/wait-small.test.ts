import { describe, expect, it } from 'vitest';
import type { Graph, GraphOp } from './graph.js';
import { waitSmall } from './wait-small.js';

const [FLOAT32, BFLOAT16] = [1, 14];

const op = (
  name: string,
  kind: string,
  inputs: string[],
  attributes: GraphOp['attributes'] = [],
): GraphOp => ({
  name,
  op: kind,
  inputs,
  attributes,
  outputs: [{ dtype: FLOAT32, shape: [1] }],
});
const cast = (name: string, input: string, from: number): GraphOp =>
  op(name, 'Cast', [input], [{ name: 'SrcT', type: 0, value: from }]);
const graphOf = (ops: GraphOp[]): Graph => ({
  inputs: [],
  draws: [],
  constants: [],
  ops,
  outputs: [{ key: 'out', from: `${ops.at(-1)!.name}:0`, dtype: FLOAT32 }],
  updates: [],
  reduces: false,
});
const waited = (ops: GraphOp[]) =>
  waitSmall(graphOf(ops)).ops.map(({ name, inputs, after }) => [name, inputs, after]);

/** A forward pass that takes `value`, and a gradient that takes it again. */
const bothWays = (value: string, kind = 'Conv2DBackpropFilter'): GraphOp[] => [
  op('forward', 'Conv2D', [value, 'filter:0']),
  op('behind', 'ReluGrad', ['forward:0']),
  op('gradient', kind, [value, 'sizes:0', 'behind:0']),
];

describe('waitSmall', () => {
  it.each(['Conv2DBackpropFilter', 'EvenkeelConv3x3BackpropFilter', 'MaxPoolGrad'])(
    'makes padded and cast images again for %s, when the gradient from behind is there',
    (kind) => {
      const made = [op('pad', 'PadV2', ['x:0', 'zeros:0', 'zero:0']), cast('cast', 'pad:0', BFLOAT16)];
      expect(waited([...made, ...bothWays('cast:0', kind)])).toEqual([
        ['pad', ['x:0', 'zeros:0', 'zero:0'], undefined],
        ['cast', ['pad:0'], undefined],
        ['forward', ['cast:0', 'filter:0'], undefined],
        ['behind', ['forward:0'], undefined],
        ['pad_again_4', ['x:0', 'zeros:0', 'zero:0'], ['behind']],
        ['cast_again_4', ['pad_again_4:0'], ['behind']],
        ['gradient', ['cast_again_4:0', 'sizes:0', 'behind:0'], undefined],
      ]);
    },
  );

  it('makes them again for each of the gradients that take them', () => {
    const second = [
      op('other', 'Conv2D', ['pad:0', 'filter:0']),
      op('second', 'Conv2DBackpropFilter', ['pad:0', 'sizes:0', 'other:0']),
    ];
    const all = waited([op('pad', 'PadV2', ['x:0', 'a:0', 'b:0']), ...bothWays('pad:0'), ...second]);
    const afters = all.flatMap(([name, , after]) => (String(name).includes('again') ? [after] : []));
    expect(afters).toEqual([['behind'], ['other']]);
  });

  it.each([
    ['what is no larger than what it is made of', [op('relu', 'Relu', ['x:0'])], 'relu:0'],
    ['what was cast from whole numbers', [cast('relu', 'x:0', 3)], 'relu:0'],
    ['what comes from outside', [], 'x:0'],
  ])('leaves %s', (_title, made, value) => {
    const ops = [...made, ...bothWays(value)];
    expect(waitSmall(graphOf(ops)).ops).toEqual(ops);
  });

  it('leaves what only the gradient takes', () => {
    const ops = [
      op('behind', 'Relu', ['x:0']),
      op('pad', 'PadV2', ['x:0', 'a:0', 'b:0']),
      op('gradient', 'Conv2DBackpropFilter', ['pad:0', 'sizes:0', 'behind:0']),
    ];
    expect(waitSmall(graphOf(ops)).ops).toEqual(ops);
  });
});
