import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import {
  checkGradient,
  expectNoLeak,
  fakeLayerContext,
  fakeScope,
  installMatchers,
} from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  convolution,
  resnet101,
  resnet152,
  resnet18,
  resnet50,
  resnext50,
  summary,
  torchvisionResNet,
} from './index.js';

const { full } = JSON.parse(readFileSync(new URL('../golden/resnets.json', import.meta.url), 'utf8')) as {
  full: Record<string, { parameters: number }>;
};

beforeAll(() => useBackend('wasm', { onMessage: () => undefined }));
installMatchers();

describe('the networks for ImageNet', () => {
  it.each([
    [resnet18, 'resnet18', 11_689_512, 512],
    [resnet50, 'resnet50', 25_557_032, 2048],
    [resnet101, 'resnet101', 44_549_160, 2048],
    [resnet152, 'resnet152', 60_192_808, 2048],
    [resnext50, 'resnext50_32x4d', 25_028_904, 2048],
  ])('%o has the parameters of torchvision’s %s', (make, name, parameters, features) => {
    const found = summary(make(), [32, 32, 3]);
    expect(full[name].parameters).toBe(parameters);
    expect([found.parameters + features * 1000 + 1000, found.features]).toEqual([parameters, features]);
  });

  it('cost what their tables say: 1.8, 4.1 and 4.2 thousand million multiply-adds at 224 × 224', () => {
    // He et al. count 1.8 for depth 18; torchvision 4.09 for ResNet-50 and 4.23 for ResNeXt-50. At 32 × 32 it is a 49th.
    const at32 = [resnet18, resnet50, resnext50].map(
      (make) => (summary(make(), [32, 32, 3]).multiplyAdds * 49) / 1e9,
    );
    expect(at32[0]).toBeCloseTo(1.81, 1);
    expect(at32[1]).toBeCloseTo(4.09, 1);
    expect(at32[2]).toBeCloseTo(4.23, 1);
  });

  it('start from N(0, 2 / fan-out), γ 1, β 0, as torchvision does', () => {
    const scope = fakeScope(3);
    torchvisionResNet({
      name: 'one',
      block: 'bottleneck',
      layers: [1, 1, 1, 1],
      groups: 32,
      groupWidth: 4,
    }).build(scope, [32, 32, 3]);
    const deviation = (path: string) => {
      const values = scope.get(path).dataSync();
      return Math.sqrt(
        Float32Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length,
      );
    };
    expect(deviation('stem/conv/kernel') / Math.sqrt(2 / (49 * 64))).toBeCloseTo(1, 1);
    expect(deviation('stage2/block0/conv2/kernel') / Math.sqrt(2 / (9 * 256))).toBeCloseTo(1, 1);
    expect(deviation('stage3/block0/shortcut/conv/kernel') / Math.sqrt(2 / 1024)).toBeCloseTo(1, 1);
    expect(deviation('stage1/block0/norm3/gamma')).toBe(1);
    scope.dispose();
  });

  it('leave γ and β out of weight decay on request, and refuse what is no image', () => {
    const scope = fakeScope();
    torchvisionResNet({ name: 'one', block: 'basic', layers: [1, 1, 1, 1], decayNorm: false }).build(
      scope,
      [8, 8, 3],
    );
    const norms = scope.variables().filter(({ name }) => /gamma|beta/.test(name));
    expect(norms.length > 0 && norms.every(({ decay }) => !decay)).toBe(true);
    scope.dispose();
    expect(() => resnet50().build(fakeScope(), [784])).toThrow(/MODELS_NOT_IMAGES.*'resnet50'/);
    expect(() => torchvisionResNet({ name: 'none', block: 'basic', layers: [0, 1, 1, 1] })).toThrow(
      'MODELS_BAD_OPTION',
    );
  });
});

describe('a grouped convolution', () => {
  const x = (channels: number): Tensor4D =>
    tf.reshape(tf.sin(tf.range(0, 2 * 5 * 6 * channels)), [2, 5, 6, channels]);

  it.each([
    { inputs: 6, outputs: 9, groups: 3, stride: 1 },
    { inputs: 8, outputs: 8, groups: 8, stride: 2 },
    { inputs: 192, outputs: 96, groups: 6, stride: 1 },
  ])(
    'of $groups groups, $inputs to $outputs, is one convolution for each',
    ({ inputs, outputs, groups, stride }) => {
      const scope = fakeScope();
      const layer = convolution(scope, { inputs, outputs, groups, stride });
      const kernel = scope.get('kernel');
      expect(kernel.shape).toEqual([3, 3, inputs / groups, outputs]);
      const parts = tf.split(x(inputs), groups, 3);
      const kernels = tf.split(kernel, groups, 3);
      const each = parts.map((part, group) => {
        const padded = tf.pad(part as Tensor4D, [[0, 0], [1, 1], [1, 1], [0, 0]]); // prettier-ignore
        return tf.conv2d(padded, kernels[group] as Tensor4D, stride, 'valid');
      });
      expect(layer.apply(x(inputs), fakeLayerContext())).toBeAllClose(tf.concat(each, 3), { atol: 1e-4 });
      scope.dispose();
    },
  );

  it('has the right gradients and leaks nothing', () => {
    const scope = fakeScope();
    const layer = convolution(scope, { inputs: 6, outputs: 4, groups: 2 });
    const weights = tf.reshape(tf.cos(tf.range(0, 2 * 5 * 6 * 4)), [2, 5, 6, 4]);
    const input = x(6);
    const f = (): Scalar => tf.sum(tf.mul(layer.apply(input, fakeLayerContext()), weights));
    expectNoLeak(() => checkGradient(f, scope.get('kernel'), { step: 1e-2, relativeTolerance: 0.02 }));
    scope.dispose();
  });
});
