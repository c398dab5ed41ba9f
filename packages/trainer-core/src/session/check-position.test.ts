import { isEvenkeelError } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint/checkpoint-file.js';
import type { CheckpointStore } from '../contract/checkpoint-store.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { Position } from '../contract/events.js';
import type { Sampler } from '../contract/sampler.js';
import { createTrainer } from '../create-trainer.js';
import { CHECKPOINTS, SAMPLER } from '../roles/core-roles.js';
import { classBalanced } from '../parts/sampling/class-balanced.js';
import { checkPosition } from './check-position.js';
import { freshRun } from './run-state.js';
import { tinyBackbone, tinyDataset } from './tiny.fixture.js';

/** Epochs of 3, 4, 5 ... batches. */
const sampler = { name: 'growing', batchesIn: (epoch: number) => 3 + epoch } as Sampler;

function codeAt(position: Position, epochs = 4, planChanged = false): string | undefined {
  try {
    checkPosition({ ...freshRun(), position, planChanged }, sampler, epochs);
    return undefined;
  } catch (error) {
    return isEvenkeelError(error) ? error.code : String(error);
  }
}

describe('checkPosition', () => {
  it('lets every place of the plan pass, the end of an epoch and of the run included', () => {
    let step = 0;
    for (let epoch = 0; epoch < 4; epoch++) {
      for (let batch = 0; batch <= 3 + epoch; batch++)
        expect(codeAt({ epoch, batch, step: step + batch })).toBe(undefined);
      step += 3 + epoch;
    }
    expect(codeAt({ epoch: 4, batch: 0, step })).toBe(undefined);
  });

  it.each<[string, Position, number, string]>([
    ['a batch beyond the epoch', { epoch: 1, batch: 5, step: 8 }, 4, 'TRAINER_BAD_POSITION'],
    ['a batch behind the last epoch', { epoch: 4, batch: 1, step: 19 }, 4, 'TRAINER_BAD_POSITION'],
    ['a finished run without its steps', { epoch: 4, batch: 0, step: 4 }, 4, 'TRAINER_BAD_POSITION'],
    ['more steps than were planned', { epoch: 1, batch: 1, step: 100 }, 4, 'TRAINER_BAD_POSITION'],
    ['more epochs than are asked for', { epoch: 3, batch: 0, step: 12 }, 2, 'TRAINER_FEWER_EPOCHS'],
  ])('refuses %s', (_what, position, epochs, code) => {
    expect(codeAt(position, epochs)).toBe(code);
  });

  it('knows nothing of steps under an earlier plan', () => {
    expect(codeAt({ epoch: 1, batch: 1, step: 100 }, 4, true)).toBe(undefined);
    expect(codeAt({ epoch: 3, batch: 0, step: 12 }, 2, true)).toBe('TRAINER_FEWER_EPOCHS');
  });
});

describe('a run that is resumed', () => {
  const options = { data: tinyDataset(), model: tinyBackbone(), batchSize: 8 };
  const kept = (store: CheckpointStore) =>
    definePlugin({
      name: 'kept',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
    });

  /** A checkpoint after one epoch, its position forged and its checksum right. */
  async function forged(position: Position, epochsDone: number): Promise<CheckpointStore> {
    const store = memoryCheckpoints();
    const trainer = createTrainer({ ...options, plugins: [kept(store)] });
    await trainer.fit({ epochs: 1 });
    await trainer.save();
    await trainer.dispose();
    const { tensors, json } = await decodeCheckpoint((await store.load(undefined))!, 'memory');
    const run = json.run as unknown as { history: readonly object[] };
    const history = Array.from({ length: epochsDone }, (_, epoch) => ({ ...run.history[0], epoch }));
    const changed = { ...json, run: { ...run, position, history, evaluatedAt: undefined } };
    const bytes = await encodeCheckpoint({ tensors, json: changed as unknown as typeof json });
    return { ...memoryCheckpoints(), load: async () => bytes };
  }

  it('ends in a code and not as done where its position is forged, and variables are not trained on', async () => {
    const store = await forged({ epoch: 9, batch: 0, step: 9 }, 9);
    const trainer = createTrainer({ ...options, plugins: [kept(store)] });
    await trainer.resume();
    await expect(trainer.fit({ epochs: 9 })).rejects.toMatchObject({ code: 'TRAINER_BAD_POSITION' });
    await trainer.dispose();
  });

  it('may have another sampler on purpose, and says so in its next checkpoints', async () => {
    const store = memoryCheckpoints();
    const first = createTrainer({ ...options, plugins: [kept(store)] });
    await first.fit({ epochs: 1 });
    await first.save();
    await first.dispose();
    const twice = definePlugin({
      name: 'twice',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.provide(SAMPLER, {
          name: 'long',
          build(context) {
            const inner = classBalanced().build({ ...context, batchSize: context.batchSize / 2 });
            return {
              ...inner,
              name: 'long',
              batchesIn: (e) => inner.batchesIn(e),
              plan: (s, e) => inner.plan(s, e),
              classPrior: (t, e) => inner.classPrior(t, e),
              tags: inner.tags,
            };
          },
        }),
    });
    const make = () => createTrainer({ ...options, plugins: [kept(store), twice] });
    const second = make();
    await second.resume(undefined, { changed: ['SAMPLER'] });
    expect((await second.fit({ epochs: 2 })).reason).toBe('done');
    await second.save();
    await second.dispose();
    const third = make();
    await third.resume();
    expect((await third.fit({ epochs: 3 })).reason).toBe('done');
    await third.dispose();
  });
});
