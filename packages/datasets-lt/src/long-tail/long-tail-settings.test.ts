import { defineOptions } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { cifar100LT, cifar10LT } from '../cifar/cifar-lt.js';
import { errors } from '../errors.js';
import { fashionMnistLT } from '../fashion-mnist/fashion-mnist-lt.js';
import type { LongTailOptions } from './long-tail-options.js';
import { type DatasetTraits, longTailSettings, longTailSpec } from './long-tail-settings.js';

const traits: DatasetTraits = {
  title: 'toy',
  classNames: ['a', 'b', 'c', 'd'],
  largest: 100,
  augmentation: { pad: 4, flip: true },
  shots: 'rank',
  mean: [0],
  std: [1],
  exampleShape: [1, 1, 1],
};
const reader = defineOptions('toyLT', errors.BAD_OPTION, longTailSpec(traits));
const settings = (options: LongTailOptions) => longTailSettings(reader.read(options), traits, reader);

describe('longTailSettings', () => {
  it('works out the counts of every profile', () => {
    expect(settings({ imbalance: 27 }).counts).toEqual([100, 33, 11, 3]);
    expect(settings({ imbalance: 27, profile: 'step' }).counts).toEqual([100, 100, 3, 3]);
    expect(settings({ profile: 'balanced' }).counts).toEqual([100, 100, 100, 100]);
    expect(settings({ imbalance: 27, limit: 20 }).counts).toEqual([12, 4, 2, 1]);
  });

  it('takes validation images off the training images', () => {
    const fraction = settings({ imbalance: 27, validation: 0.1 });
    expect(fraction.validationCounts).toEqual([10, 3, 1, 1]);
    expect(fraction.classCounts).toEqual([90, 30, 10, 2]);
    expect(settings({ imbalance: 27, validation: 2 }).classCounts).toEqual([98, 31, 9, 1]);
    expect(settings({ imbalance: 100, validation: 0.5 }).classCounts[3]).toBe(1);
    expect(settings({}).validationCounts).toBeUndefined();
  });

  it('tells shot groups from the profile, whatever is left of it', () => {
    const groups = ['many', 'medium', 'medium', 'few'];
    expect(settings({ imbalance: 27 }).shotGroups).toEqual(groups);
    expect(settings({ imbalance: 5, shots: 'thresholds', limit: 8 }).shotGroups).toEqual(
      new Array(4).fill('medium'),
    );
    const own = ['few', 'few', 'many', 'many'] as const;
    expect(settings({ shots: own }).shotGroups).toEqual(own);
  });

  it('fills in missing fields of the augmentation', () => {
    expect(settings({}).augmentation).toEqual({ pad: 4, flip: true });
    expect(settings({ augment: { pad: 1 } }).augmentation).toEqual({ pad: 1, flip: true });
    expect(settings({ augment: false }).augmentation).toBeUndefined();
  });

  it('names what differs from the default', () => {
    expect(settings({}).name).toBe('toy-lt (imbalance 100)');
    expect(settings({ profile: 'balanced' }).name).toBe('toy (balanced)');
    expect(settings({ profile: 'step', imbalance: 10, seed: 3, limit: 30, validation: 0.1 }).name).toBe(
      'toy-lt (step imbalance 10, seed 3, limit 30, validation 0.1)',
    );
  });

  it.each([
    ['imbalance', { imbalance: 0.01 }],
    ['imbalance', { imbalance: 101 }],
    ['profile', { profile: 'linear' }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 2 ** 32 }],
    ['limit', { limit: 3 }],
    ['validation', { validation: 0 }],
    ['validation', { validation: 1.5 }],
    ['validation', { imbalance: 10, validation: 10 }],
    ['shots', { shots: 'ranks' }],
    ['shots', { shots: ['many', 'many', 'few'] }],
    ['augment', { augment: { pad: 0.5 } }],
    ['augment', { augment: 'yes' }],
  ])('refuses a wrong %s: %j', (culprit, options) => {
    expect(() => settings(options as LongTailOptions)).toThrow(
      new RegExp(`DATASETS_BAD_OPTION.*'${culprit}`),
    );
  });
});

describe('the data sets', () => {
  it('know counts and names before anything is read', () => {
    expect(cifar10LT().classCounts.reduce((a, b) => a + b)).toBe(12406);
    expect(cifar100LT({ imbalance: 50 }).classCounts.reduce((a, b) => a + b)).toBe(12608);
    expect(fashionMnistLT().classCounts).toEqual([6000, 3596, 2156, 1292, 774, 464, 278, 166, 100, 60]);
    expect(cifar10LT().name).toBe('cifar-10-lt (imbalance 100)');
    expect(fashionMnistLT().name).toBe('fashion-mnist-lt (imbalance 100), seeded split');
    expect(fashionMnistLT({ splitSeed: 1 }).name).toBe('fashion-mnist-lt (imbalance 100), seeded split 1');
    expect(fashionMnistLT({ dataDir: 'data' }).name).toBe('fashion-mnist-lt (imbalance 100)');
  });

  it('check their options at the door', () => {
    for (const factory of [cifar10LT, cifar100LT, fashionMnistLT]) {
      expect(() => factory({ imbalance: -1 })).toThrow(/DATASETS_BAD_OPTION/);
    }
    expect(() => fashionMnistLT({ splitSeed: 0.5 })).toThrow(/DATASETS_BAD_OPTION.*'splitSeed'/);
  });
});
