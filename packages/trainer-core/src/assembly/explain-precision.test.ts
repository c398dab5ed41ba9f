import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { tinyBackbone, tinyDataset } from '../session/tiny.fixture.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type {
  CompiledPlainStep,
  CompileOptions,
  Draw,
  PlainStep,
  StepPrecision,
} from '../contract/step-compiler.js';
import { createTrainer } from '../create-trainer.js';
import { explainPrecision } from './explain-precision.js';

beforeAll(() => tf.setBackend('cpu'));

describe('explainPrecision', () => {
  it('names what runs in which precision, step by step', () => {
    const graph = { bfloat16: { Conv2D: 3, Relu: 2 }, float32: { MatMul: 1 }, casts: 4 };
    const steps = new Map<string, StepPrecision>([
      ['base', { precision: 'bfloat16', graphs: { 'images:float32[8,2]': graph } }],
      ['evaluation', { precision: 'float32', reason: 'there is no AMX', graphs: {} }],
    ]);
    expect(explainPrecision('bfloat16', steps)).toEqual([
      '',
      'Precision bfloat16; weights, optimizer and statistics stay float32',
      '  base, images:float32[8,2]: in bfloat16 3 Conv2D, 2 Relu; in float32 1 MatMul; 4 casts',
      '  evaluation: float32, since there is no AMX',
    ]);
  });
});

describe('explain of a trainer', () => {
  /** Leaves a step as it is, and describes it once it was called. */
  const compile = <Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
    step: PlainStep<Inputs, Outputs>,
    { name, precision = 'float32' }: CompileOptions,
  ): CompiledPlainStep<Inputs, Outputs> => {
    let calls = 0;
    const run = (inputs: Inputs, draw: Draw): Outputs => {
      calls++;
      return step(inputs, draw);
    };
    const graph = { bfloat16: { Relu: 1 }, float32: {}, casts: 2 };
    return Object.assign(run, {
      dispose: () => undefined,
      describe: () => ({ precision, graphs: calls > 0 ? { [`inputs of ${name}`]: graph } : {} }),
    });
  };
  const data = tinyDataset();
  const make = (precision: 'float32' | 'bfloat16') =>
    createTrainer({ data, model: tinyBackbone(), batchSize: 8, compile, precision });

  it('says it under bfloat16, once a step has run', async () => {
    const trainer = make('bfloat16');
    expect(trainer.explain()).toMatch(/\n {2}what runs in it is known once a step has run$/);
    await trainer.fit({ epochs: 1 });
    expect(trainer.explain().split('\n').slice(-3)).toEqual([
      'Precision bfloat16; weights, optimizer and statistics stay float32',
      '  base, inputs of base: in bfloat16 1 Relu; in float32 nothing; 2 casts',
      '  evaluation, inputs of evaluation: in bfloat16 1 Relu; in float32 nothing; 2 casts',
    ]);
    await trainer.dispose();
  });

  it('is as it was in float32', async () => {
    const trainer = make('float32');
    expect(trainer.explain()).not.toMatch(/Precision/);
    await trainer.dispose();
  });
});
