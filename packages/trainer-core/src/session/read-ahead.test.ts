import { describe, expect, it } from 'vitest';
import type { LabelledSource } from '../contract/dataset.js';
import { createTrainer } from '../create-trainer.js';
import type { BatchPlan } from '../contract/sampler.js';
import { planFromFunction } from '../parts/sampling/list-plan.js';
import type { Trainer } from '../trainer.js';
import type { BatchReader } from './batch-reader.js';
import { ReadAhead } from './read-ahead.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

/** How to read: by the plain reader, now or later, or not at all. */
type Read = (plain: () => void, call: number) => void | Promise<void>;

/** The tiny data set with a training source that notes what happens, and reads as `read` says. */
function watched(read: Read) {
  const data = tinyDataset();
  const log: string[] = [];
  let calls = 0;
  let started = false;
  const train: LabelledSource = {
    ...data.train,
    read(indices, into, randomOf) {
      if (!started) return read(() => void data.train.read(indices, into, randomOf), -1);
      const call = calls++;
      log.push(`read ${call}`);
      return read(() => void data.train.read(indices, into, randomOf), call);
    },
  };
  const trainer = createTrainer({ data: { ...data, train }, model: tinyBackbone(), batchSize: 4, seed: 5 });
  trainer.hooks.events$.subscribe(({ type }) => void (started ||= type === 'fit-start'));
  trainer.hooks.step$.subscribe(({ type, position }) => log.push(`${type} ${position.step}`));
  return { trainer, log };
}

const later = (plain: () => void) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, 2);
  }).then(plain);
const train = async (trainer: Trainer, epochs = 2) => {
  const { history } = await trainer.fit({ epochs, evaluateEvery: 0 });
  const weights = trainer.variables().map(({ variable }) => Array.from(variable.dataSync()));
  await trainer.dispose();
  return { history, weights };
};

describe('reading ahead', () => {
  it('begins the next batch before the step of the present one, and nothing beyond the epoch', async () => {
    const { trainer, log } = watched((plain) => plain());
    await train(trainer, 1);
    expect(log).toEqual([
      ...['read 0', 'read 1', 'step-start 0', 'step-end 0', 'read 2', 'step-start 1', 'step-end 1'],
      ...['read 3', 'step-start 2', 'step-end 2', 'read 4', 'step-start 3', 'step-end 3'],
      ...['step-start 4', 'step-end 4'],
    ]);
  });

  it('gives the numbers of a source that is read at once', async () => {
    const [atOnce, waiting] = [watched((plain) => plain()), watched(later)];
    expect(await train(waiting.trainer)).toEqual(await train(atOnce.trainer));
  });

  it('fails at the batch whose read fails, not at the one before', async () => {
    const { trainer, log } = watched((plain, call) => {
      if (call === 2) throw new Error('no such file');
      plain();
    });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow('no such file');
    expect(log.slice(-3)).toEqual(['read 2', 'step-start 1', 'step-end 1']);
    await trainer.dispose();
  });

  it('keeps a failure to itself for as long as the present batch takes', async () => {
    const begin = (_plan: unknown, _epoch: number, place: number) =>
      place === 0 ? Promise.resolve({}) : Promise.reject(new Error('no such file'));
    const reader = { atOnce: 1, begin, finish: (batch: object) => batch } as unknown as BatchReader;
    const batches = new ReadAhead(
      reader,
      planFromFunction(2, () => ({}) as BatchPlan),
      0,
    );
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    await batches.take(0);
    await later(() => undefined);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    await expect(batches.take(1)).rejects.toThrow('no such file');
  });

  it('asks for as many batches at once as the source says, and takes them in order', async () => {
    const log: string[] = [];
    const begin = async (_plan: unknown, _epoch: number, place: number) => {
      log.push(`begin ${place}`);
      await new Promise((resolve) => setTimeout(resolve, place === 0 ? 4 : 1)); // the second is there first
      return { place };
    };
    const reader = { atOnce: 2, begin, finish: (batch: object) => batch } as unknown as BatchReader;
    const plan = planFromFunction(4, () => ({}) as BatchPlan);
    const batches = new ReadAhead(reader, plan, 0);
    for (let place = 0; place < 4; place++) {
      expect(await batches.take(place)).toEqual({ place });
      log.push(`take ${place}`);
    }
    expect(log).toEqual([
      ...['begin 0', 'begin 1', 'begin 2', 'take 0', 'begin 3', 'take 1', 'take 2', 'take 3'],
    ]);
  });

  it('has no read under way when a run was stopped', async () => {
    let open = 0;
    const { trainer } = watched(async (plain) => {
      open++;
      await later(plain);
      open--;
    });
    trainer.hooks.step$.subscribe(({ type }) => {
      if (type === 'step-end') trainer.requests.requestStop('enough');
    });
    const { steps, interrupted } = await trainer.fit({ epochs: 3 });
    expect({ steps, interrupted, open }).toEqual({ steps: 1, interrupted: true, open: 0 });
    await trainer.dispose();
  });
});
