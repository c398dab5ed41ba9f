import { describe, expect, it } from 'vitest';
import { channelStatistics } from './channel-statistics.js';
import { fromArrays, type FromArraysOptions } from './from-arrays.js';

const options: FromArraysOptions = {
  name: 'mine',
  exampleShape: [1, 1, 2],
  classNames: ['a', 'b'],
  train: { images: Uint8Array.of(0, 255, 51, 255, 102, 255), labels: Int32Array.of(0, 1, 0) },
  test: { images: Uint8Array.of(51, 0), labels: Int32Array.of(1) },
  std: [1, 1],
};

describe('channelStatistics', () => {
  it('measures every channel by itself', () => {
    const { mean, std } = channelStatistics(options.train.images, 2);
    expect(mean).toEqual([expect.closeTo(0.2, 12), expect.closeTo(1, 12)]);
    // ((0.2)² + 0 + (0.2)²) / 3
    expect(std).toEqual([expect.closeTo(Math.sqrt(0.08 / 3), 12), expect.closeTo(0, 12)]);
  });
});

describe('fromArrays', () => {
  it('counts classes, groups them, and normalises every part by the training images', () => {
    const data = fromArrays({ ...options, validation: options.test });
    expect(data).toMatchObject({ name: 'mine', classCounts: [2, 1], shotGroups: ['few', 'few'] });
    const into = new Float32Array(2);
    for (const part of [data.test, data.validation]) {
      void part?.read(Int32Array.of(0), into);
      expect([...into]).toEqual([expect.closeTo(0, 6), expect.closeTo(-1, 6)]);
    }
    expect(data.train.size).toBe(3);
  });

  it('has no validation part unless one is given', () => {
    expect('validation' in fromArrays(options)).toBe(false);
  });

  it.each([
    ['test.labels', { test: { ...options.test, labels: Int32Array.of(2) } }],
    ['train.labels', { classNames: ['a', 'b', 'c'] }],
    ['shots', { shots: ['few'] }],
    ['augment', { augment: { pad: -1 } }],
    ['test.images', { test: { ...options.test, images: new Uint8Array(3) } }],
  ] as const)('refuses a wrong %s', (culprit, change) => {
    expect(() => fromArrays({ ...options, ...change } as FromArraysOptions)).toThrow(
      new RegExp(`DATASETS_(BAD_OPTION|ARRAY_LENGTH).*'${culprit}`),
    );
  });
});
