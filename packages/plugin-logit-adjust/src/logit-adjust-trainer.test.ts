import {
  createTrainer,
  definePlugin,
  LOGIT_TRANSFORMS,
  normalised,
  planFromFunction,
} from '@evenkeel/trainer-core';
import type { SamplerDefinition } from '@evenkeel/trainer-core';
import { installMatchers, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { logitAdjust } from './logit-adjust.js';
import type { LogitAdjustOptions } from './logit-adjust-settings.js';

installMatchers();
beforeAll(useCpuBackend);

const classCounts = [30, 8, 2];
const priors = { base: [0.75, 0.2, 0.05], embedded: [0.2, 0.3, 0.5] };
const logOf = (prior: readonly number[]) => prior.map(Math.log);

/** Two batches of the same examples, one of each tag. */
const sampler: SamplerDefinition = {
  name: 'two-tags',
  build: () => ({
    name: 'two-tags',
    tags: ['base', 'embedded'],
    batchesIn: () => 2,
    plan: () =>
      planFromFunction(2, (place) => ({
        tag: place === 0 ? 'base' : 'embedded',
        indices: Int32Array.of(0, 31, 39),
      })),
    classPrior: (tag) => Float64Array.from(priors[tag as keyof typeof priors]),
  }),
};

/** What the plugin adds to the first row of logits, by tag of the batch. */
async function added(options: LogitAdjustOptions): Promise<Record<string, number[]>> {
  const result: Record<string, number[]> = {};
  const probe = (name: string, keep: (tag: string, row: number[]) => void) =>
    definePlugin({
      name,
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.contribute(LOGIT_TRANSFORMS, {
          name,
          transform(logits, { tag }) {
            keep(tag, Array.from(logits.dataSync().slice(0, 3)));
            return logits;
          },
        }),
    });
  const trainer = createTrainer({
    data: tinyDataset({ classCounts }),
    model: tinyBackbone(),
    sampler,
    plugins: [
      probe('before', (tag, row) => (result[tag] = row)),
      logitAdjust(options),
      probe('after', (tag, row) => (result[tag] = row.map((value, c) => value - result[tag][c]))),
    ],
  });
  await trainer.fit({ epochs: 1 });
  await trainer.dispose();
  return result;
}

describe('logitAdjust in a trainer', () => {
  it("adds the log prior of each batch's own sampler by default", async () => {
    const { base, embedded } = await added({});
    expect(base).toBeAllClose(logOf(priors.base), { atol: 1e-5 });
    expect(embedded).toBeAllClose(logOf(priors.embedded), { atol: 1e-5 });
  });

  it("adds the data set's log prior to every batch on request", async () => {
    const { base, embedded } = await added({ prior: 'dataset', tau: 2 });
    const expected = logOf(Array.from(normalised(classCounts))).map((value) => 2 * value);
    expect(base).toBeAllClose(expected, { atol: 1e-5 });
    expect(embedded).toBeAllClose(expected, { atol: 1e-5 });
  });

  it('adds the log of a given prior', async () => {
    const { base } = await added({ prior: [1, 1, 2] });
    expect(base).toBeAllClose(logOf([0.25, 0.25, 0.5]), { atol: 1e-5 });
  });

  it('leaves training alone post hoc, and subtracts from what is predicted', async () => {
    expect((await added({ mode: 'posthoc' })).base).toBeAllClose([0, 0, 0]);
    const data = tinyDataset({ classCounts });
    const predicted = async (options?: LogitAdjustOptions) => {
      const plugins = [options && logitAdjust(options)];
      const trainer = createTrainer({ data, model: tinyBackbone(), plugins });
      const logits = await trainer.predict(data.test);
      await trainer.dispose();
      return logits.slice(0, 3);
    };
    const plain = await predicted();
    const difference = async (options: LogitAdjustOptions) =>
      (await predicted(options)).map((value, c) => value - plain[c]);
    const minusLog = (prior: readonly number[]) => logOf(prior).map((value) => -value);
    expect(await difference({ mode: 'posthoc' })).toBeAllClose(
      minusLog(Array.from(normalised(classCounts))),
      {
        atol: 1e-5,
      },
    );
    expect(await difference({ mode: 'posthoc', prior: [1, 1, 2] })).toBeAllClose(
      minusLog([0.25, 0.25, 0.5]),
      {
        atol: 1e-5,
      },
    );
    expect(await difference({ mode: 'loss' })).toBeAllClose([0, 0, 0]);
  });
});
