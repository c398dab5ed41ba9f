import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { momentumContrast } from './momentum-contrast.js';

const plugin = () => momentumContrast({ queue: 10, momentum: 0.9 });
describePlugin('momentumContrast', plugin, {
  compiled,
  off: () => momentumContrast({ weight: 0 }),
  wrongOptions: [
    {
      what: 'a momentum of 1',
      make: () => momentumContrast({ momentum: 1 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'momentum',
    },
  ],
});

describe('momentumContrast', () => {
  beforeAll(useCpuBackend);

  it('follows the backbone, and fills its queue', async () => {
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      batchSize: 6,
      plugins: plugin(),
    });
    await trainer.evaluate();
    const values = (name: string) => {
      const { variable } = trainer.variables().find((info) => info.name === name)!;
      return Array.from((variable as Tensor).dataSync<'float32'>());
    };
    const slow = 'auxiliary/momentum-contrast/slow/kernel';
    const labels = 'auxiliary/momentum-contrast/queue-labels';
    const before = values('backbone/kernel');
    expect(values(slow)).toEqual(before);
    expect(values(labels)).toEqual(Array(10).fill(-1));
    await trainer.fit({ epochs: 1, evaluateEvery: 0 });
    const [after, followed] = [values('backbone/kernel'), values(slow)];
    const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, at) => value - b[at]));
    expect(distance(followed, before)).toBeGreaterThan(0);
    expect(distance(followed, before)).toBeLessThan(distance(after, before));
    expect(values(labels).every((label) => label >= 0)).toBe(true);
    await trainer.dispose();
  });
});
