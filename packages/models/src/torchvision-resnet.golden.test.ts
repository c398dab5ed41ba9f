// The golden values come from golden/resnets.py: torchvision's own networks, with float64. Here it is float32: 1e-4 of the
// largest feature, 1e-3 of a gradient, which sums over up to two million weights. The images are some of which no activation lies so
// near to 0 that rounding turns it: with others (phase 1 of the script's wave) one such turn moves a gradient by a per cent.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NetworkView, VariableInfo } from '@evenkeel/trainer-core';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { fakeLayerContext, fakeScope, installMatchers } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { importWeights, torchvisionResNet, type TorchvisionResNetPlan } from './index.js';
import { ourNameOf } from './weights/torchvision-names.js';
import { filled, wave, weightsFile } from './weights/weights-file.fixture.js';

interface Case {
  readonly variables: readonly (readonly [string, readonly number[]])[];
  readonly features: readonly number[];
  readonly training: readonly number[];
  readonly gradients: Readonly<Record<string, number>>;
}

const { cases } = JSON.parse(readFileSync(new URL('../golden/resnets.json', import.meta.url), 'utf8')) as {
  cases: Record<string, Case>;
};

// On wasm: it has all the kernels, and takes seconds where tfjs's own JavaScript takes minutes.
beforeAll(() => useBackend('wasm', { onMessage: () => undefined }));
installMatchers();

const layers = [1, 1, 1, 1] as const;
const PLANS: Record<string, TorchvisionResNetPlan> = {
  basic: { name: 'basic', block: 'basic', layers },
  bottleneck: { name: 'bottleneck', block: 'bottleneck', layers },
  grouped: { name: 'grouped', block: 'bottleneck', layers, groups: 32, groupWidth: 4 },
};

/** The network with the golden weights, which come in through a file with torchvision's names. */
async function build(name: string) {
  const scope = fakeScope();
  const net = torchvisionResNet(PLANS[name]).build(scope.child('backbone'), [24, 24, 3]);
  const variables = scope.variables().map((info): VariableInfo => {
    return { ...info, name: info.name.replace('test/', ''), group: 'backbone' };
  });
  const tensors = cases[name].variables.map(([key, shape], phase) => filled(key, shape, phase));
  await importWeights(weightsFile(tensors)).initialise({ variables } as Partial<NetworkView> as NetworkView);
  return { scope, net, variables };
}

const images = (): Tensor => tf.tensor(wave(3 * 24 * 24 * 3, 2), [3, 24, 24, 3]);
const some = (features: Tensor): number[] =>
  (features.arraySync() as number[][]).flatMap((row) => row.filter((_, k) => k % 37 === 0));

describe.each(Object.keys(PLANS))('%s blocks beside torchvision', (name) => {
  const golden = cases[name];

  it('give the same features in evaluation and in training, and the same gradients', async () => {
    const { scope, net, variables } = await build(name);
    const evaluated = net.apply(images(), fakeLayerContext({ training: false }));
    const most = Math.max(...golden.features.map(Math.abs));
    expect(some(evaluated)).toBeAllClose(golden.features, { atol: 1e-4 * most });
    const trained = net.apply(images(), fakeLayerContext());
    expect(some(trained)).toBeAllClose(golden.training, {
      atol: 1e-4 * Math.max(...golden.training.map(Math.abs)),
    });

    const asked = Object.keys(golden.gradients);
    const chosen = asked.map((key) => {
      const found = variables.find((info) => info.name === ourNameOf(key));
      if (!found) throw new Error(`no variable for ${key}`);
      return found.variable;
    });
    const { grads } = tf.variableGrads(() => {
      const features = net.apply(images(), fakeLayerContext({ training: false }));
      return tf.sum(tf.mul(features, tf.tensor(wave(features.size, 5), features.shape))) as Scalar;
    }, chosen);
    for (const [at, key] of asked.entries()) {
      const gradient = grads[chosen[at].name];
      const theirs = gradient.rank === 4 ? tf.transpose(gradient, [3, 2, 0, 1]) : gradient;
      const product = tf.sum(tf.mul(tf.reshape(theirs, [-1]), tf.tensor1d(wave(gradient.size, 9))));
      const scale = tf.norm(gradient).dataSync()[0];
      expect(Math.abs(product.dataSync()[0] - golden.gradients[key]), key).toBeLessThan(
        1e-3 * Math.max(Math.abs(golden.gradients[key]), 0.05 * scale),
      );
    }
    scope.dispose();
  });
});
