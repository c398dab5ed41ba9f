import {
  createTrainer,
  definePlugin,
  GRADIENT_TRANSFORMS,
  memoryCheckpoints,
  CHECKPOINTS,
} from '@evenkeel/trainer-core';
import type { MetricValues, PluginInput, TrainerEvent } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { measurements } from './measurements.js';

beforeAll(useCpuBackend);

describePlugin('measurements', () => measurements(), {
  observer: true,
  wrongOptions: [
    {
      what: 'no boolean',
      make: () => measurements({ norms: 1 as never }),
      code: 'LIVE_PAGE_BAD_OPTION',
      option: 'norms',
    },
  ],
});

const data = tinyDataset({ classCounts: [14, 6, 4] });

async function run(plugins: PluginInput, epochs = 1, stopAfter?: number) {
  const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8, seed: 1, plugins });
  const seen: TrainerEvent[] = [];
  trainer.hooks.events$.subscribe((event) => {
    seen.push(event);
    if (event.type === 'batch-end' && event.position.step + 1 === stopAfter)
      trainer.requests.requestStop('test');
  });
  await trainer.resume(undefined, { optional: true });
  await trainer.fit({ epochs });
  await trainer.dispose();
  return seen;
}

const found = (events: readonly TrainerEvent[]): MetricValues[] =>
  events.flatMap((event) =>
    event.type === 'inspection-end' && event.name === 'measurements' ? [event.values] : [],
  );

describe('measurements', () => {
  it('counts what the batches of each epoch held', async () => {
    const events = await run(measurements(), 2);
    for (const [epoch, values] of found(events).entries()) {
      const batches = events.flatMap((event) =>
        event.type === 'batch-start' && event.position.epoch === epoch ? [event.classCounts!] : [],
      );
      expect(values).toMatchObject({
        'batches.base': batches.length,
        'drawn.base': [0, 1, 2].map((label) => batches.reduce((sum, counts) => sum + counts[label], 0)),
        firstBatches: batches.flat(),
        firstTags: batches.map(() => 0),
        tensors: expect.any(Number) as number,
      });
    }
  });

  it('counts the whole epoch of a run that was resumed in its middle', async () => {
    const whole = found(await run(measurements()));
    const store = memoryCheckpoints();
    const keep = definePlugin({
      name: 'keep',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
    });
    await run([measurements(), keep], 1, 2);
    const [resumed] = found(await run([measurements(), keep]));
    for (const key of ['batches.base', 'drawn.base', 'firstBatches'])
      expect(resumed[key]).toEqual(whole[0][key]);
  });

  it('logs the norms of gradients and weights', async () => {
    const { tf, seen } = { tf: await import('@tensorflow/tfjs-core'), seen: [] as number[][] };
    const probe = definePlugin({
      name: 'probe',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.contribute(GRADIENT_TRANSFORMS, {
          name: 'probe',
          transform(gradients) {
            const norm = (tensors: readonly { dataSync(): ArrayLike<number> }[]) =>
              Math.hypot(...tensors.flatMap((tensor) => Array.from(tensor.dataSync())));
            seen.push([
              norm([...gradients.values()]),
              norm(Array.from(gradients.keys(), ({ variable }) => variable)),
            ]);
            return new Map(Array.from(gradients, ([info, gradient]) => [info, tf.mul(gradient, 0)]));
          },
        }),
    });
    const events = await run([probe, measurements()]);
    const steps = events.flatMap((event) => (event.type === 'step-end' ? [event.logged] : []));
    expect(steps).toHaveLength(seen.length);
    steps.forEach(({ gradientNorm, weightNorm }, at) => {
      // Before what other plugins make of the gradients, which here is 0.
      expect(gradientNorm).toBeCloseTo(seen[at][0], 5);
      expect(weightNorm).toBeCloseTo(seen[at][1], 4);
    });
  });

  it('can leave parts out', async () => {
    const events = await run(measurements({ norms: false, confusion: false }));
    const end = events.find((event) => event.type === 'epoch-end');
    expect(end).toMatchObject({ logged: {} });
    expect(end?.type === 'epoch-end' && end.evaluation).not.toHaveProperty('confusion');
  });
});
