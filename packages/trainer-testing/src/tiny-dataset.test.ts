import { createRandom } from '@evenkeel/trainer-core';
import type { LabelledSource } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { tinyDataset } from './index.js';

async function readAll(source: LabelledSource, augmentation?: number): Promise<Float32Array> {
  const into = new Float32Array(source.size * source.exampleShape.reduce((a, b) => a * b, 1));
  const randomOf = augmentation === undefined ? undefined : (row: number) => createRandom(augmentation, row);
  await source.read(
    Int32Array.from({ length: source.size }, (_, i) => i),
    into,
    randomOf,
  );
  return into;
}

describe('tinyDataset', () => {
  it('has the counts, names and parts that were asked for', () => {
    const data = tinyDataset({
      classCounts: [5, 2],
      testPerClass: 3,
      validationPerClass: 1,
      shotGroups: ['many', 'few'],
    });
    expect(data.classCounts).toEqual([5, 2]);
    expect(data.classNames).toEqual(['class 0', 'class 1']);
    expect(data.shotGroups).toEqual(['many', 'few']);
    expect([...data.train.labels]).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect([...data.test.labels]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...(data.validation?.labels ?? [])]).toEqual([0, 1]);
    expect(tinyDataset().validation).toBeUndefined();
  });

  it('puts every test example nearest to the mean of its own class', async () => {
    const data = tinyDataset({ classCounts: [20, 6, 3, 2], testPerClass: 10 });
    const [train, test] = [await readAll(data.train), await readAll(data.test)];
    const means = data.classCounts.map((count, label) => {
      const mean = new Float32Array(16);
      data.train.labels.forEach((other, i) => {
        if (other === label) for (let k = 0; k < 16; k++) mean[k] += train[i * 16 + k] / count;
      });
      return mean;
    });
    data.test.labels.forEach((label, i) => {
      const distances = means.map((mean) =>
        mean.reduce((sum, value, k) => sum + (value - test[i * 16 + k]) ** 2, 0),
      );
      expect(distances.indexOf(Math.min(...distances))).toBe(label);
    });
  });

  it('reads the chosen examples, in order', async () => {
    const { train } = tinyDataset({ exampleShape: [2] });
    const all = await readAll(train);
    const into = new Float32Array(4);
    await train.read(Int32Array.of(30, 3), into);
    expect([...into]).toEqual([...all.subarray(60, 62), ...all.subarray(6, 8)]);
  });

  it('augments by bounded noise from the stream alone', async () => {
    const { train } = tinyDataset({ noise: 0.2 });
    const plain = await readAll(train);
    const noisy = await readAll(train, 1);
    expect(await readAll(train, 1)).toEqual(noisy);
    expect(await readAll(train, 2)).not.toEqual(noisy);
    const largest = Math.max(...noisy.map((value, i) => Math.abs(value - plain[i])));
    expect(largest).toBeGreaterThan(0.15);
    expect(largest).toBeLessThan(0.201);
  });

  it('is a function of its seed', async () => {
    const first = await readAll(tinyDataset({ seed: 5 }).train);
    expect(await readAll(tinyDataset({ seed: 5 }).train)).toEqual(first);
    expect(await readAll(tinyDataset({ seed: 6 }).train)).not.toEqual(first);
  });

  it.each([
    { classCounts: [3] },
    { classCounts: [3, 0] },
    { testPerClass: 0 },
    { validationPerClass: -1 },
    { exampleShape: [] },
    { exampleShape: [1.5] },
    { spread: -1 },
    { noise: NaN },
  ])('refuses %o', (options) => {
    expect(() => tinyDataset(options)).toThrow(`TESTING_BAD_OPTION`);
  });
});
