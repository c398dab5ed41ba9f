import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  createTrainer,
  type InitialWeights,
  type NetworkView,
  type VariableInfo,
} from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { freezeBackbone, importWeights } from '../index.js';
import { ourNameOf } from './torchvision-names.js';
import { filled, weightsFile, type Written } from './weights-file.fixture.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/resnets.json', import.meta.url), 'utf8')) as {
  cases: Record<string, { variables: [string, number[]][] }>;
  full: Record<string, { variables: [string, number[]][] }>;
};

beforeAll(useCpuBackend);

const { variables: basic } = golden.cases.basic;
const made = basic.map(([name, shape], phase) => filled(name, shape, phase));
const tensors = () => made;

/** Zeros under our names and in our shapes, and the weights that were imported into them. */
async function imported(initialWeights: InitialWeights): Promise<Map<string, readonly number[]>> {
  const variables = basic.map(([theirs, shape]): VariableInfo => {
    const name = ourNameOf(theirs)!;
    const order = shape.length === 4 ? [2, 3, 1, 0] : shape.length === 2 ? [1, 0] : [0];
    const variable = tf.variable(tf.zeros(order.map((axis) => shape[axis])));
    return { name, group: name.split('/')[0], kind: 'weight', decay: true, variable };
  });
  await initialWeights.initialise({ variables } as Partial<NetworkView> as NetworkView);
  const values = new Map(variables.map(({ name, variable }) => [name, Array.from(variable.dataSync())]));
  for (const { variable } of variables) variable.dispose();
  return values;
}

describe('importWeights', () => {
  it.each(['resnet50', 'resnext50_32x4d'])(
    'finds a name of ours for every variable of torchvision’s and timm’s %s',
    (name) => {
      const ours = golden.full[name].variables.map(([key]) => ourNameOf(key));
      expect(ours).not.toContain(undefined);
      expect(new Set(ours).size).toBe(ours.length);
    },
  );

  it('turns kernels, takes the classifier only when told to', async () => {
    const kernel = basic.findIndex(([name]) => name === 'layer1.0.conv1.weight');
    const plain = new Float32Array(tensors()[kernel].bytes.buffer);
    const fresh = await imported(importWeights(weightsFile(tensors())));
    const whole = await imported(importWeights(weightsFile(tensors()), { classifier: true }));
    // Ours at [row 2, column 1, in 5, out 3] is theirs at [out 3, in 5, row 2, column 1].
    const ours = fresh.get('backbone/stage1/block0/conv1/kernel')!;
    expect(ours[((2 * 3 + 1) * 64 + 5) * 64 + 3]).toBe(plain[((3 * 64 + 5) * 3 + 2) * 3 + 1]);
    const dense = new Float32Array(tensors().find(({ name }) => name === 'fc.weight')!.bytes.buffer);
    expect(whole.get('classifier/kernel')![7 * 3 + 2]).toBe(dense[2 * 512 + 7]);
    expect(fresh.get('classifier/kernel')!.every((value) => value === 0)).toBe(true);
  });

  it('reads half precision, double precision and bfloat16, and passes over counters', async () => {
    const stem = (dtype: Written['dtype'], bytes: Uint8Array): Written[] => [
      { name: 'bn1.num_batches_tracked', shape: [], dtype: 'I64', bytes: new Uint8Array(8) },
      ...tensors().map((tensor) => (tensor.name === 'bn1.weight' ? { ...tensor, dtype, bytes } : tensor)),
    ];
    const halves = (value: number) => new Uint8Array(new Uint16Array(64).fill(value).buffer);
    const expected: [Written['dtype'], Uint8Array, number][] = [
      ['F16', halves(0x3e00), 1.5],
      ['F16', halves(0x8001), -(2 ** -24)],
      ['BF16', halves(0x3fc0), 1.5],
      ['F64', new Uint8Array(new Float64Array(64).fill(0.25).buffer), 0.25],
    ];
    for (const [dtype, bytes, value] of expected) {
      const values = await imported(importWeights(weightsFile(stem(dtype, bytes))));
      expect(values.get('backbone/stem/norm/gamma')).toEqual(new Array(64).fill(value));
    }
  });

  it('lists what does not fit and assigns nothing', async () => {
    const lacking = tensors().filter(({ name }) => name !== 'layer4.0.bn2.bias');
    await expect(imported(importWeights(weightsFile(lacking)))).rejects.toThrow(
      /MODELS_WEIGHTS_MISMATCH.*'backbone\/stage4\/block0\/norm2\/beta' is not in the file/,
    );
    const other = golden.cases.bottleneck.variables.map(([name, shape], phase) => filled(name, shape, phase));
    await expect(imported(importWeights(weightsFile(other)))).rejects.toThrow(
      /is \[1, 1, 64, 64\] in the file and \[3, 3, 64, 64\] here.*and \d+ more.*nothing was assigned/,
    );
  });

  it('names a file that is damaged or not there', async () => {
    const whole = await weightsFile(tensors()).load();
    const load = (bytes: Uint8Array | undefined) =>
      imported(importWeights({ name: 'made.safetensors', load: () => Promise.resolve(bytes) }));
    await expect(load(undefined)).rejects.toThrow(/MODELS_WEIGHTS_MISSING.*'made.safetensors'/);
    await expect(load(whole!.subarray(0, 5))).rejects.toThrow(/MODELS_WEIGHTS_DAMAGED.*5 bytes/);
    await expect(load(whole!.subarray(0, 5000))).rejects.toThrow('MODELS_WEIGHTS_DAMAGED');
    await expect(load(whole!.subarray(0, whole!.length - 400))).rejects.toThrow(/ends within 'fc/);
  });
});

describe('freezeBackbone', () => {
  it.each([
    [undefined, []],
    [['kernel'], ['backbone/kernel']],
  ] as const)('except %j, trains the classifier and nothing else', async (except, moved) => {
    const trainer = createTrainer({
      data: tinyDataset({ classCounts: [6, 4, 2] }),
      model: tinyBackbone({ features: 4, statistics: true }),
      plugins: [freezeBackbone({ except })],
      batchSize: 4,
      seed: 1,
    });
    await trainer.evaluate();
    const before = new Map(
      trainer.variables().map(({ name, variable }) => [name, variable.dataSync().join()]),
    );
    await trainer.fit({ epochs: 1 });
    const changed = trainer
      .variables()
      .filter(
        ({ name, group, variable }) =>
          group !== 'optimizer' && before.get(name) !== variable.dataSync().join(),
      )
      .map(({ name }) => name);
    expect(changed).toContain('classifier/kernel');
    expect(changed.filter((name) => name.startsWith('backbone/'))).toEqual([...moved]);
    await trainer.dispose();
  });
});

describePlugin('freezeBackbone', () => freezeBackbone(), {});
