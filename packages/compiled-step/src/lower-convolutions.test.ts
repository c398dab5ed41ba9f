import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { hasOwnOps, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { compileStep } from './compile-step.js';
import { precisionHere } from './precision.js';
import type { Precision } from './precision.js';
import { residualBatch, residualNet } from './residual-net.fixture.js';

const processor = vi.hoisted(() => ({ multiplies: true }));
vi.mock('./precision.js', async (original) => ({
  ...(await original<object>()),
  hasFastProducts: () => processor.multiplies,
}));

const { ready } = await nativeStatus();
if (ready) await useBackend('native', { onMessage: () => undefined });
const runs = ready && hasOwnOps(nativeBackend()!) && precisionHere('bfloat16').precision === 'bfloat16';
const title = 'where TensorFlow multiplies in bfloat16';

afterEach(() => tf.disposeVariables());

describe.skipIf(!runs)(runs ? title : `${title}, skipped: no bfloat16 or no ops of ours here`, () => {
  const valuesOf = (tensor: Tensor): number[] => Array.from(tensor.dataSync());

  /** What runs in which precision, and the gradients of a batch, after `multiplies` says what the processor can do. */
  function gradients(net: ReturnType<typeof residualNet>, precision: Precision, multiplies: boolean) {
    processor.multiplies = multiplies;
    const run = compileStep(net.gradients, { precision });
    const calls = [0, 1, 2].map(() => tf.tidy(() => Object.values(run(residualBatch(3))).map(valuesOf)));
    for (const call of calls) expect(call).toEqual(calls[0]);
    const [graph] = Object.values(run.describe().graphs);
    run.dispose();
    return { graph, values: calls[0].flat() };
  }

  it('its 3×3 convolutions and their gradients take the place of ours, those of a stride stay', () => {
    const { graph } = gradients(residualNet(), 'bfloat16', true);
    expect(graph.bfloat16).toMatchObject({
      Conv2D: 3,
      Conv2DBackpropInput: 3,
      Conv2DBackpropFilter: 3,
      EvenkeelConv2D: 2,
      EvenkeelNormalise: 5,
    });
    expect(Object.keys({ ...graph.bfloat16, ...graph.float32 }).join()).not.toContain('Conv3x3');
    expect(gradients(residualNet(), 'bfloat16', false).graph.bfloat16).toMatchObject({ EvenkeelConv3x3: 3 });
    expect(gradients(residualNet(), 'float32', true).graph.float32).toMatchObject({ EvenkeelConv3x3: 3 });
  });

  it('gives the gradients of float32: cosine 0.999 or more', () => {
    const net = residualNet({ whiten: false });
    const [half, full] = [gradients(net, 'bfloat16', true), gradients(net, 'float32', true)];
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, at) => sum + value * b[at], 0);
    const cosine =
      dot(half.values, full.values) /
      Math.sqrt(dot(half.values, half.values) * dot(full.values, full.values));
    expect(half.values).not.toEqual(full.values);
    expect(cosine).toBeGreaterThanOrEqual(0.999);
  });
});
