import { BATCH_TRANSFORMS, createTrainer, definePlugin, mixup } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { labelShare, remix } from './remix.js';

describePlugin('remix', () => remix(), {
  beside: { mixup: () => mixup({ alpha: 0.2 }) },
  wrongOptions: [
    { what: 'an alpha of 0', make: () => remix({ alpha: 0 }), code: 'EXAMPLE_BAD_OPTION', option: 'alpha' },
    {
      what: 'a kappa below 1',
      make: () => remix({ kappa: 0.5 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'kappa',
    },
  ],
});

describe('labelShare', () => {
  it.each([
    ['a frequent class with a rare one, mostly the rare one', 0.3, 10, 0],
    ['a frequent class with a rare one, mostly itself', 0.7, 10, 0.7],
    ['a rare class with a frequent one, mostly itself', 0.7, 0.1, 1],
    ['a rare class with a frequent one, mostly the other', 0.3, 0.1, 0.3],
    ['classes of about the same size', 0.3, 2, 0.3],
  ])('%s', (_what, share, ratio, expected) => {
    expect(labelShare(share, ratio, 3, 0.5)).toBe(expected);
  });
});

describe('remix', () => {
  beforeAll(useCpuBackend);

  it('gives rows of targets that sum to 1, and leans towards rarer classes', async () => {
    let [given, kept] = [new Float32Array(3), new Float32Array(3)];
    const looking = definePlugin({
      name: 'looking',
      version: '1.0.0',
      api: '^2.0',
      after: ['example-remix'],
      setup: ({ roles }) =>
        roles.contribute(BATCH_TRANSFORMS, {
          name: 'looking',
          transform({ targets, labels }: { targets: Float32Array; labels?: Int32Array }) {
            for (let row = 0; row < targets.length; row += 3) {
              const sum = targets[row] + targets[row + 1] + targets[row + 2];
              expect(sum).toBeCloseTo(1, 5);
            }
            given = given.map((count, label) => count + labels!.filter((each) => each === label).length);
            kept = kept.map(
              (sum, label) => sum + targets.filter((_, at) => at % 3 === label).reduce((a, b) => a + b, 0),
            );
          },
        }),
    });
    const data = tinyDataset({ classCounts: [60, 12, 4] });
    const trainer = createTrainer({
      data,
      model: tinyBackbone(),
      batchSize: 20,
      plugins: [remix(), looking],
    });
    await trainer.fit({ epochs: 20, evaluateEvery: 0 });
    await trainer.dispose();
    expect(kept[0]).toBeLessThan(0.95 * given[0]);
    expect(kept[2]).toBeGreaterThan(1.15 * given[2]);
  });
});
