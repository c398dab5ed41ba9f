import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import '@evenkeel/tfjs-runtime';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { compileStep } from './compile-step.js';
import type { CompileStepOptions } from './compile-step.js';
import { hasOwnOps } from '@evenkeel/tensorflow-node/backend';
import { toGraph } from './graph.js';
import type { Graph } from './graph.js';
import { precisionHere } from './precision.js';
import { recordableBackend } from './recordable-backend.js';
import { Outlines } from './outlines.js';
import { record } from './record.js';
import { rewriteGraph } from './rewrite-graph.js';
import { residualBatch, residualNet } from './residual-net.fixture.js';

const { ready } = await nativeStatus();
if (ready) await useBackend('native', { onMessage: () => undefined });
const runs = ready && precisionHere('bfloat16').precision === 'bfloat16';
const why = ready ? (precisionHere('bfloat16').reason ?? '') : 'native is not set up here';

const messages: string[] = [];
const compile = <Outputs extends NamedTensorMap>(
  step: (inputs: NamedTensorMap) => Outputs,
  options: CompileStepOptions = {},
) =>
  compileStep(step, {
    name: 'test',
    onMessage: (line) => messages.push(line),
    precision: 'bfloat16',
    ...options,
  });

const valuesOf = (tensor: Tensor): number[] => Array.from(tensor.dataSync());
const double = ({ x }: NamedTensorMap) => ({ out: tf.mul(x, 2) });

/** Losses of some calls, the first of them call number `from`. */
function losses(step: (inputs: NamedTensorMap) => { loss: Tensor }, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) =>
    tf.tidy(() => valuesOf(step(residualBatch(from + at)).loss)[0]),
  );
}

function cosine(one: readonly number[], other: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, at) => sum + value * b[at], 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

afterEach(() => {
  messages.length = 0;
  vi.unstubAllEnvs();
  tf.disposeVariables();
});

describe.skipIf(!runs)(runs ? 'in bfloat16' : `in bfloat16, skipped: ${why}`, () => {
  beforeAll(async () => void (await useBackend('native')));

  it.each([
    ['our', true],
    ["TensorFlow's", false],
  ])(
    'trains with %s convolutions to the losses of float32 within 2 %%, and in bfloat16 indeed',
    (_title, own) => {
      const [half, full] = [residualNet({ own }), residualNet({ own })];
      const run = compile(half.train);
      const received = losses(run, 0, 30);
      const expected = losses(compile(full.train, { precision: 'float32' }), 0, 30);
      expect(expected.at(-1)).toBeLessThan(0.8 * expected[0]);
      received.forEach((loss, at) =>
        expect(Math.abs(loss / expected[at] - 1), `call ${at}`).toBeLessThan(0.02),
      );
      expect(received).not.toEqual(expected);
      expect(messages).toEqual([]);
      run.dispose();
    },
  );

  it('has the gradients of float32: cosine 0.999 or more of all of them, 0.99 of each', () => {
    const net = residualNet({ whiten: false });
    const [half, full] = (['bfloat16', 'float32'] as const).map((precision) => {
      const step = compile(net.gradients, { precision });
      return tf.tidy(() =>
        Object.entries(step(residualBatch(3))).map(([name, value]) => ({ name, values: valuesOf(value) })),
      );
    });
    half.forEach(({ name, values }, at) =>
      expect(cosine(values, full[at].values), name).toBeGreaterThan(0.99),
    );
    const all = [half, full].map((gradients) => gradients.flatMap(({ values }) => values));
    expect(cosine(all[0], all[1])).toBeGreaterThanOrEqual(0.999);
  });

  it('gives the same bits at every call, those that look again at the step included', () => {
    const net = residualNet();
    const run = compile(net.gradients);
    const inputs = residualBatch(5);
    const results = Array.from({ length: 9 }, () => tf.tidy(() => Object.values(run(inputs)).map(valuesOf)));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('resumes bit for bit', () => {
    const whole = residualNet();
    const expected = losses(compile(whole.train), 0, 12);
    const first = residualNet();
    losses(compile(first.train), 0, 5);
    const second = residualNet();
    second.variables.forEach((variable, at) => variable.assign(first.variables[at].clone()));
    expect(losses(compile(second.train), 5, 7)).toEqual(expected.slice(5));
    second.variables.forEach((variable, at) =>
      expect(valuesOf(variable)).toEqual(valuesOf(whole.variables[at])),
    );
  });

  it('computes as much in calls for which no graph is kept', () => {
    const kept = residualNet();
    const expected = losses(compile(kept.train), 0, 4);
    const net = residualNet();
    expect(losses(compile(net.train, { maxGraphs: 0 }), 0, 4)).toEqual(expected);
    const run = compile(double, { maxGraphs: 1 });
    for (const x of [tf.ones([2]), tf.ones([3]), tf.ones([3])]) run({ x });
    expect(messages).toEqual([
      "compileStep: 'test' is recorded at every call, since its inputs come in more than 1 sets of shapes (option 'maxGraphs').",
    ]);
  });

  it('computes as much in the call that makes the variables of an optimizer', () => {
    const train = (prepared: boolean): number[] => {
      const net = residualNet();
      const optimizer = tf.train.momentum(0.05, 0.9);
      const weights = Object.values(net.weights);
      const apply = (gradients: NamedTensorMap): void =>
        optimizer.applyGradients(
          Object.entries(net.weights).map(([key, { name }]) => ({ name, tensor: gradients[key] })),
        );
      if (prepared) {
        // Slots that are zero and weights that stay where they are, before the first call.
        const before = weights.map((weight) => weight.clone());
        apply(
          Object.fromEntries(
            Object.entries(net.weights).map(([name, weight]) => [name, tf.zerosLike(weight as Tensor)]),
          ) as tf.NamedTensorMap,
        );
        weights.forEach((weight, at) => weight.assign(before[at]));
      }
      const step = compile((inputs) => {
        const { loss, ...gradients } = net.gradients(inputs);
        apply(gradients);
        return { loss };
      });
      return losses(step, 0, 4);
    };
    expect(train(false)).toEqual(train(true));
    expect(messages).toEqual([]);
  });

  it('leaves the decomposition of whitening, statistics, weights and the loss in float32', () => {
    const net = residualNet();
    const { graph, binding } = recordGraph(net.train);
    const after = rewritten(graph);
    const makers = new Map(after.ops.map((op) => [op.name, op]));
    const isHalf = (op: Graph['ops'][number]) =>
      op.attributes.some(({ value, type }) => type === binding.TF_ATTR_TYPE && value === 14);
    const ancestors = (name: string, found = new Set<string>()): Set<string> => {
      const op = makers.get(name.split(':')[0]);
      if (op === undefined || op.op === 'Mean' || found.has(op.name)) return found;
      found.add(op.name);
      for (const input of op.inputs) ancestors(input, found);
      return found;
    };
    const decomposition = after.ops.find(({ op }) => op === 'SelfAdjointEigV2')!;
    const subgraph = [...ancestors(decomposition.name)].map((name) => makers.get(name)!);
    expect(subgraph.map(({ op }) => op)).toContain('BatchMatMulV2');
    expect(subgraph.filter(isHalf)).toEqual([]);
    for (const op of after.ops.filter(isHalf))
      expect(op.op).toMatch(/Conv|Norm|Relu|Add|Pool|Pad|Slice|Reshape|Cast/);
    const types = new Map(
      after.ops.flatMap((op) => (isHalf(op) && op.op !== 'Cast' ? [[`${op.name}:0`, op.op]] : [])),
    );
    for (const { from } of [...after.outputs, ...after.updates]) expect(types.get(from)).toBeUndefined();
  });

  it('casts no value twice, and none back and forth', () => {
    const { graph } = recordGraph(residualNet().train);
    const { ops } = rewritten(graph);
    const casts = ops.filter(({ name }) => name.startsWith('to_'));
    const sources = casts.map(({ inputs }) => inputs[0]);
    expect(new Set(sources).size).toBe(sources.length);
    for (const source of sources) expect(source).not.toMatch(/^to_/);
  });

  it('tells what runs in which precision', () => {
    const run = compile(residualNet().train);
    expect(run.describe()).toEqual({ wanted: 'bfloat16', precision: 'bfloat16', graphs: {} });
    losses(run, 0, 2);
    const [[inputs, { bfloat16, float32, casts }]] = Object.entries(run.describe().graphs);
    expect(inputs).toBe('images:float32[64,8,8,3],targets:float32[64,4]');
    expect(bfloat16).toMatchObject(
      hasOwnOps(recordableBackend()!) ? { EvenkeelConv3x3: 3, EvenkeelNormalise: 5 } : { Relu: 5 },
    );
    expect(float32).toMatchObject({ SelfAdjointEigV2: 1, SoftmaxCrossEntropyWithLogits: 1 });
    expect(casts).toBeGreaterThan(0);
    run.dispose();
  });

  describe('is an error that names the operation, with the variables as they were, for', () => {
    const steps: [string, (total: Variable, x: Tensor, call: number) => Tensor, RegExp][] = [
      ['a host read', (total) => tf.scalar(total.dataSync()[0]), /it reads what 'Add' gives on the host/],
      [
        'another operation now and then',
        (_total, x, call) => (call < 1 ? tf.mul(x, 2) : tf.square(x)),
        /it calls 'Mul' at a place where another call has 'Square'/,
      ],
    ];
    it.each(steps)('%s', (_title, make, reason) => {
      const total = tf.variable(tf.scalar(10));
      let call = 0;
      const run = compile(({ x }) => {
        total.assign(tf.add(total, 1));
        return { out: make(total, x, call++) };
      });
      const attempt = (): void => {
        for (let at = 0; at < 3; at++) {
          const before = valuesOf(total);
          try {
            tf.tidy(() => void run({ x: tf.scalar(3) }));
          } catch (error) {
            expect(valuesOf(total)).toEqual(before);
            throw error;
          }
        }
      };
      expect(attempt).toThrow(
        expect.objectContaining({
          code: 'COMPILED_PRECISION',
          message: expect.stringMatching(reason) as string,
        }),
      );
      expect(messages).toEqual([]);
    });

    it('a part of a step in float32', () => {
      const inner = compile(double);
      const outer = compile((inputs) => ({ out: tf.add(inner(inputs).out, 1) }), { precision: 'float32' });
      expect(() => outer({ x: tf.scalar(1) })).toThrow(/part of a step in float32/);
      const both = compile((inputs) => ({ out: tf.add(inner(inputs).out, 1) }));
      expect(valuesOf(both({ x: tf.scalar(1) }).out)).toEqual([3]);
    });
  });

  it('leaves no tensors or handles behind in 100 steps', () => {
    const { binding } = recordableBackend()! as unknown as { binding: { getNumOfTensors(): number } };
    const net = residualNet();
    const run = compile(net.train);
    const inputs = residualBatch(1);
    const count = (times: number): number[] => {
      for (let call = 0; call < times; call++) tf.tidy(() => void run(inputs));
      return [tf.memory().numTensors, binding.getNumOfTensors()];
    };
    expect(count(100)).toEqual(count(20));
  });
});

describe('where there is no bfloat16', () => {
  it.skipIf(!ready)('says so in one line and runs in float32 from the first call on', async () => {
    await useBackend('native');
    vi.stubEnv('EVENKEEL_CPU_LEVEL', 'avx512');
    const [asked, plain] = [residualNet(), residualNet()];
    const run = compile(asked.train);
    expect(losses(run, 0, 5)).toEqual(losses(compile(plain.train, { precision: 'float32' }), 0, 5));
    expect(messages).toEqual([
      "compileStep: 'test' runs in float32, since this processor has neither AMX nor AVX512_BF16.",
    ]);
    expect(run.describe()).toMatchObject({ wanted: 'bfloat16', precision: 'float32' });
    vi.unstubAllEnvs();
    expect(run.describe().precision).toBe('float32'); // settled
  });

  it('runs in float32 on another backend', async () => {
    await useBackend('cpu');
    const run = compile(({ x }) => ({ out: tf.matMul(x as Tensor2D, x as Tensor2D) }));
    expect(valuesOf(run({ x: tf.eye(2) }).out)).toEqual([1, 0, 0, 1]);
    expect(messages).toEqual([
      "compileStep: 'test' runs in float32, since bfloat16 needs the backend native.",
    ]);
  });

  it('refuses other precisions', () => {
    expect(() => compile(double, { precision: 'float16' as 'float32' })).toThrow(
      expect.objectContaining({ code: 'COMPILED_OPTION_INVALID' }),
    );
  });
});

/** What runs for a graph in bfloat16. */
function rewritten(graph: Graph): Graph {
  const backend = recordableBackend()!;
  return rewriteGraph(graph, {
    binding: backend.binding,
    precision: 'bfloat16',
    ownOps: hasOwnOps(backend),
    fastProducts: true,
  });
}

/** What a step of the small residual network records. */
function recordGraph(step: (inputs: NamedTensorMap) => NamedTensorMap) {
  const backend = recordableBackend()!;
  let graph: Graph | undefined;
  tf.tidy(() => {
    const outlines = new Outlines(backend.binding);
    const watched = record(backend, step, residualBatch(0), () => tf.scalar(0), outlines);
    graph = toGraph(watched.recording);
    watched.end();
  });
  return { graph: graph!, binding: backend.binding };
}
