import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.fixture.js';
import { experts } from './experts.js';
import { sam } from './sam.js';

describePlugin('experts', () => experts({ count: 2 }), {
  compiled,
  microBatches: true,
  beside: { 'two evaluations per step': () => sam() },
  wrongOptions: [
    { what: 'no experts', make: () => experts({ count: 0 }), code: 'EXAMPLE_BAD_OPTION', option: 'count' },
  ],
});

describe('experts', () => {
  beforeAll(useCpuBackend);

  it('learn, each with its own weights', async () => {
    const data = tinyDataset();
    const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 6, plugins: experts() });
    const { evaluation } = await trainer.fit({ epochs: 10 });
    expect(evaluation!.all).toBe(1);
    const names = trainer.variables().map(({ name }) => name);
    expect(names).toContain('classifier/expert2/kernel');
    await trainer.dispose();
  });
});
