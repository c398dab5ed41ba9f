import {
  accuracy,
  CHECKPOINTS,
  createTrainer,
  definePlugin,
  memoryCheckpoints,
} from '@evenkeel/trainer-core';
import type { Metric, StateValue, TrainerOptions } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { patience } from './patience.js';

describePlugin('patience', () => patience({ epochs: 5 }), {
  observer: true,
  wrongOptions: [
    {
      what: 'no epoch',
      make: () => patience({ epochs: 0 }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'epochs',
    },
  ],
});

describePlugin(
  'patience with a metric',
  () => patience({ epochs: 5, watch: { metric: accuracy(), value: 'few' } }),
  {
    observer: true,
    wrongOptions: [
      {
        what: 'a metric without a value',
        make: () => patience({ epochs: 1, watch: { metric: accuracy() } as never }),
        code: 'EXAMPLE_BAD_OPTION',
        option: 'watch.value',
      },
      {
        what: 'another mode',
        make: () => patience({ epochs: 1, watch: { metric: accuracy(), value: 'few', mode: 'up' as never } }),
        code: 'EXAMPLE_BAD_OPTION',
        option: 'watch.mode',
      },
    ],
  },
);

/** Gives these numbers, one in every evaluation. */
function told(values: readonly (number | null)[]): Metric<{ readonly score: number | null }> {
  let at = 0;
  return {
    name: 'told',
    start: () => ({ add: () => undefined, result: () => ({ score: values[at++] }) }),
  };
}

const make = (options: Partial<TrainerOptions>) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 36, ...options });

/** Epochs done when a run of `values.length` epochs ends. */
async function stopsAfter(values: readonly (number | null)[], epochs: number, mode?: 'max' | 'min') {
  const metric = told(values);
  const trainer = make({
    metrics: [metric],
    plugins: patience({ epochs, watch: { metric, value: 'score', ...(mode && { mode }) } }),
  });
  try {
    const { history, reason } = await trainer.fit({ epochs: values.length });
    return { epochs: history.length, reason };
  } finally {
    await trainer.dispose();
  }
}

describe('patience', () => {
  beforeAll(useCpuBackend);

  it('stops when the loss has not fallen for so many epochs', async () => {
    const loss = { name: 'constant', loss: (logits: tf.Tensor2D) => tf.sum<tf.Scalar>(tf.mul(logits, 0)) };
    const trainer = make({ batchSize: 18, loss, plugins: [patience({ epochs: 3 })] });
    const { history, reason } = await trainer.fit({ epochs: 10 });
    expect([history.length, reason]).toEqual([4, 'the loss (min) was not better for 3 epochs']);
    await trainer.dispose();
  });

  it('stops when a value was not higher, or not lower', async () => {
    const values = [0.2, 0.4, 0.4, 0.3, 0.5, 0.1, 0.1, 0.1, 0.6];
    expect(await stopsAfter(values, 3)).toEqual({
      epochs: 8,
      reason: "'score' of told (max) was not better for 3 epochs",
    });
    expect((await stopsAfter(values, 3, 'min')).epochs).toBe(4);
    expect(await stopsAfter(values, 5)).toEqual({ epochs: 9, reason: 'done' });
  });

  it('stops where a plain count says (property)', async () => {
    const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 3 }), async (given, epochs) => {
        const isLate = given.map((_, at) => {
          const bestAt = given.indexOf(Math.max(...given.slice(0, at + 1)));
          return at - bestAt >= epochs;
        });
        const expected = isLate.includes(true) ? isLate.indexOf(true) + 1 : given.length;
        expect((await stopsAfter(given, epochs)).epochs).toBe(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('counts evaluations, not the epochs between them', async () => {
    const metric = told([1, 0, 0, 0, 0]);
    const watch = { metric, value: 'score' } as const;
    const trainer = make({ metrics: [metric], plugins: patience({ epochs: 2, watch }) });
    expect((await trainer.fit({ epochs: 10, evaluateEvery: 2 })).history).toHaveLength(6);
    await trainer.dispose();
  });

  it('stops a resumed run where the unbroken one stops', async () => {
    const checkpoints = memoryCheckpoints();
    const kept = definePlugin({
      name: 'kept',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, checkpoints),
    });
    const begin = (values: readonly number[]) => {
      const metric = told(values);
      const watch = { metric, value: 'score' } as const;
      return make({ metrics: [metric], plugins: [patience({ epochs: 3, watch }), kept] });
    };
    const first = begin([0.5, 0.4]);
    await first.fit({ epochs: 2 });
    await first.save();
    await first.dispose();
    const second = begin([0.4, 0.4, 0.4]);
    await second.resume();
    expect((await second.fit({ epochs: 9 })).history).toHaveLength(4);
    await second.dispose();
  });

  it('begins again when something else is watched, and reads what version 1 saved', () => {
    const loaded = (options: Parameters<typeof patience>[0], value: StateValue, version: number) => {
      let saved: StateValue = null;
      void patience(options).setup({
        hooks: { events$: { subscribe: () => undefined } },
        state: {
          persist(_key: string, state: { load(v: StateValue, f: number): void; save(): StateValue }) {
            state.load(value, version);
            saved = state.save();
          },
        },
      } as never);
      return saved as StateValue;
    };
    const watch = { metric: accuracy(), value: 'few' } as const;
    const old = Float64Array.of(0.25, 2);
    expect(loaded({ epochs: 3 }, old, 1)).toEqual({ watched: 'the loss (min)', numbers: old });
    expect(loaded({ epochs: 3, watch } as never, old, 1)).toEqual({
      watched: "'few' of accuracy (max)",
      numbers: Float64Array.of(-Infinity, 0),
    });
  });

  it('refuses a value that is never measured, and names those that are', async () => {
    const watch = { metric: told([]), value: 'score' } as const;
    const unmeasured = make({ plugins: patience({ epochs: 1, watch }) });
    await expect(unmeasured.fit({ epochs: 3 })).rejects.toThrow(
      /example-patience.*TRAINER_NOT_MEASURED.*'score' of metric 'told'.*'all', 'balanced'/s,
    );
    await unmeasured.dispose();
    const metric = told([1]);
    const never = make({
      metrics: [metric],
      plugins: patience({ epochs: 1, watch: { metric, value: 'score' } }),
    });
    await expect(never.fit({ epochs: 2, evaluateEvery: 0 })).rejects.toThrow(
      /example-patience.*TRAINER_NOT_MEASURED.*nothing was measured/s,
    );
    await never.dispose();
  });

  it('refuses a value that is not defined', async () => {
    await expect(stopsAfter([null, 1], 1)).rejects.toThrow(
      /EXAMPLE_NO_NUMBER.*'score' of metric 'told'.*null/s,
    );
  });

  it('is typed by the metric', () => {
    // @ts-expect-error: accuracy has no such value
    expect(() => patience({ epochs: 1, watch: { metric: accuracy(), value: 'fw' } })).not.toThrow();
    // @ts-expect-error: a list
    expect(() => patience({ epochs: 1, watch: { metric: accuracy(), value: 'perClass' } })).not.toThrow();
  });
});
