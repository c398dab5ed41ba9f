import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import { afterAll, expect, it } from 'vitest';
import { eventRecord } from './event-file.js';
import { tensorboard } from './tensorboard.js';

const scratch = mkdtempSync(join(tmpdir(), 'tensorboard-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describePlugin('tensorboard', () => tensorboard({ folder: join(scratch, 'kit'), everySteps: 2 }), {
  observer: true,
  wrongOptions: [
    {
      what: 'no folder',
      make: () => tensorboard({ folder: '' }),
      code: 'EXAMPLE_BAD_OPTION',
      option: 'folder',
    },
  ],
});

/** The events of a file, taken apart by their lengths; their layout is tested with event-file.ts. */
function records(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    found.push(bytes.subarray(at + 12, at + 12 + length));
    at += length + 16;
  }
  return found;
}

const make = (folder: string) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    plugins: tensorboard({ folder, everySteps: 2 }),
  });

it('writes every second step, every evaluation and every epoch', async () => {
  const folder = join(scratch, 'a');
  const trainer = make(folder);
  await trainer.fit({ epochs: 2 }); // five batches each
  const [file, ...more] = readdirSync(folder);
  expect([file, more]).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./), []]);
  const texts = records(join(folder, file)).map((event) => event.toString('latin1'));
  expect(texts).toHaveLength(1 + 5 + 2 + 2);
  const holding = (tag: string) => texts.filter((text) => text.includes(tag)).length;
  expect(['step/loss', 'step/learningRate', 'epoch/loss', 'evaluation/all'].map(holding)).toEqual([
    5, 5, 2, 2,
  ]);
  expect(holding('perClass')).toBe(0);
  await trainer.dispose();
});

it('begins a new file when a run resumes, and voids later steps of the first', async () => {
  const folder = join(scratch, 'b');
  const trainer = make(folder);
  await trainer.fit({ epochs: 1 });
  await trainer.save();
  await trainer.fit({ epochs: 2 });
  await trainer.resume();
  await trainer.fit({ epochs: 2 });
  const files = readdirSync(folder).sort();
  expect(files).toHaveLength(3);
  const restart = records(join(folder, files[2]))[1];
  const expected = eventRecord(0, { restart: 6 }).subarray(12 + 9, -4); // five steps are done; time left out
  expect(restart.subarray(9)).toEqual(expected);
  await trainer.dispose();
});
