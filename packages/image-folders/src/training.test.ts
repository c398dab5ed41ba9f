import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CHECKPOINTS,
  classBalanced,
  createTrainer,
  type Dataset,
  definePlugin,
  type Trainer,
} from '@evenkeel/trainer-core';
import { tinyBackbone, useCpuBackend } from '@evenkeel/trainer-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putClasses, temporaryFolder } from './drawn-images.fixture.js';
import {
  autoAugment,
  colorJitter,
  flip,
  imageFolder,
  imageList,
  paddedCrop,
  randomResizedCrop,
  tinyImageNetLT,
} from './index.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  await useCpuBackend();
});
afterAll(() => remove());

const valuesOf = (trainer: Trainer) =>
  Object.fromEntries(
    trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]),
  );

/** Keeps every checkpoint, one per batch. */
const keepAll = (kept: Uint8Array[]) =>
  definePlugin({
    name: 'keep-all',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.provide(CHECKPOINTS, {
        name: 'keep-all',
        isDue: () => true,
        save: ({ bytes }) => Promise.resolve(String(kept.push(bytes) - 1)),
        load: (location) => Promise.resolve(kept[Number(location)]),
      }),
  });

const train = (data: Dataset, kept: Uint8Array[], batchSize = 4) =>
  createTrainer({
    data,
    model: tinyBackbone({ features: 6 }),
    batchSize,
    seed: 3,
    sampler: classBalanced(),
    plugins: [keepAll(kept)],
  });

/** Trains whole, then from a checkpoint in the middle of an epoch with the data set opened again; both must be equal. */
async function expectResumes(
  open: () => Promise<Dataset>,
  from: number,
  batchSize?: number,
): Promise<Record<string, unknown>> {
  const kept: Uint8Array[] = [];
  const whole = train(await open(), kept, batchSize);
  const { evaluation } = await whole.fit({ epochs: 2 });
  const resumed = train(await open(), [kept[from]], batchSize);
  await resumed.resume('0');
  await resumed.fit({ epochs: 2 });
  expect(valuesOf(resumed)).toEqual(valuesOf(whole));
  await whole.dispose();
  await resumed.dispose();
  return evaluation as Record<string, unknown>;
}

describe('a trainer on images in files', () => {
  const augment = [
    randomResizedCrop({ size: 8 }),
    flip(),
    colorJitter({ hue: 0.1, brightness: 0.3 }),
    autoAugment(),
  ] as const;

  it('resumes within an epoch bit for bit, and reports by shots', async () => {
    const root = await putClasses(join(folder, 'train'), { a: 12, b: 6, c: 3 });
    const open = () => imageFolder({ train: root, test: 0.2, size: 8, augment, shots: 'rank' }).load();
    expect(await expectResumes(open, 2)).toMatchObject({
      all: expect.any(Number),
      many: expect.any(Number),
      few: expect.any(Number),
    });
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const there = (name: string) => existsSync(join(shared, name));
const skipped = (name: string) => (there(name) ? '' : `, skipped: ../shared/data/${name} is not there`);

describe.skipIf(!there('imagenet-sample'))(`on ImageNet's sample${skipped('imagenet-sample')}`, () => {
  it('trains and resumes within an epoch', async () => {
    const root = join(shared, 'imagenet-sample');
    const list = join(root, 'ImageNet_LT_sample.txt');
    await expectResumes(() => imageList({ root, train: list, test: list, size: 16 }).load(), 1, 40);
  });
});

describe.skipIf(!there('tiny-imagenet'))(`on Tiny ImageNet-LT${skipped('tiny-imagenet')}`, () => {
  it('trains on a few images of each class from the tar file, resumes, reports by shots', async () => {
    const dataDir = join(shared, 'tiny-imagenet');
    const augment = [paddedCrop({ size: 16, pad: 2 }), flip()] as const;
    const plain = [paddedCrop({ size: 16, pad: 0 })] as const;
    const open = () =>
      tinyImageNetLT({ dataDir, limit: 600, validation: 1, size: 16, augment, plain }).load();
    const evaluation = await expectResumes(open, 1, 100);
    expect(evaluation).toMatchObject({ many: expect.any(Number), medium: expect.any(Number) });
  });
});
