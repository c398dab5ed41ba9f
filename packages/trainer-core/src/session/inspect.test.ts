import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { INSPECTORS } from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { TrainerEvent } from '../contract/events.js';
import type { ClassInspection, Inspection, Inspector } from '../contract/inspector.js';
import { createTrainer } from '../create-trainer.js';
import { readInputs } from '../parts/data/read-inputs.js';
import { recordEvents, tinyBackbone, tinyDataset, valuesOf } from './tiny.fixture.js';

beforeAll(() => tf.setBackend('cpu'));

const inspecting = (inspect: Inspector['inspect'], isDue: Inspector['isDue'] = () => true) =>
  definePlugin({
    name: 'looker',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.contribute(INSPECTORS, { name: 'looker', isDue, inspect }),
  });

const make = (plugin?: ReturnType<typeof inspecting>) =>
  createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, seed: 1, plugins: [plugin] });

async function stagesOf(view: Inspection) {
  const { train } = view.dataset;
  const inputs = await readInputs(train, Int32Array.of(0, 1));
  return tf.tidy(() => {
    const { raw, features, logits } = view.forward(tf.tensor(inputs, [2, ...train.exampleShape]));
    return { raw: raw.shape, features: features.shape, logits: logits.arraySync() };
  });
}

describe('INSPECTORS', () => {
  it('look at the network of the epoch that ended, awaited, when they are due', async () => {
    const seen: Awaited<ReturnType<typeof stagesOf>>[] = [];
    const look: Inspector['inspect'] = async (view) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(await stagesOf(view));
      return {
        epoch: view.position.epoch,
        tags: view.sampler.tags.length,
        prior: (view as ClassInspection).classCounts,
      };
    };
    const trainer = make(inspecting(look, (epoch, last) => epoch === 0 || last));
    const events = recordEvents(trainer);
    await trainer.fit({ epochs: 3 });
    const found = events.filter((event) => event.type === 'inspection-end');
    expect(found.map(({ name, values }) => [name, values])).toEqual([
      ['looker', { epoch: 0, tags: 1, prior: [12, 6, 2] }],
      ['looker', { epoch: 2, tags: 1, prior: [12, 6, 2] }],
    ]);
    expect(seen[1]).toMatchObject({ raw: [2, 5], features: [2, 5] });
    const { train } = tinyDataset();
    const logits = await trainer.predict({ ...train, size: 2 });
    expect(seen[1].logits.flat()).toEqual([...logits]);
    const types = events.map((event) => event.type);
    const place = types.indexOf('inspection-end');
    expect(types.slice(place - 1, place + 2)).toEqual(['evaluation-end', 'inspection-end', 'epoch-end']);
    await trainer.dispose();
  });

  it('change nothing', async () => {
    const plain = make();
    await plain.fit({ epochs: 2 });
    const looked = make(inspecting(async (view) => ({ size: (await stagesOf(view)).logits.length })));
    await looked.fit({ epochs: 2 });
    expect(valuesOf(looked)).toEqual(valuesOf(plain));
    await plain.dispose();
    await looked.dispose();
  });

  it('that fail end the run after it is saved, and are named', async () => {
    const trainer = make(inspecting(() => Promise.reject(new Error('no probe.'))));
    const events: TrainerEvent[] = recordEvents(trainer);
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow(
      /TRAINER_INSPECTOR_FAILED.*'looker' failed after epoch 1: no probe\. The run was saved/s,
    );
    expect(events.slice(-2).map((event) => event.type)).toEqual(['checkpoint-saved', 'fit-end']);
    await trainer.dispose();
  });
});
