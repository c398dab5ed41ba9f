import { readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetCacheFolder } from '@evenkeel/datasets-lt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { put, temporaryFolder } from '../drawn-images.fixture.js';
import { keptPresence } from './kept-presence.js';
import { LooseImagesBuilder } from './loose-images.js';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
  for (const name of ['a/0', 'a/1', 'b/0']) await put(join(folder, name), '');
});
afterEach(() => remove());

const images = () => {
  const builder = new LooseImagesBuilder(folder);
  ['a/0', 'a/1', 'b/0'].forEach((path) => builder.add(path, 0));
  return builder.build();
};
const age = async () => {
  for (const name of ['a', 'b']) await utimes(join(folder, name), 1000, 1000);
};
const kept = () => readdir(join(datasetCacheFolder(), 'image-lists')).catch(() => []);

it('looks once, and again when a folder has changed', async () => {
  await age();
  expect([...(await keptPresence(images()))]).toEqual([1, 1, 1]);
  expect(await kept()).toHaveLength(1);
  await rm(join(folder, 'a', '1'));
  expect([...(await keptPresence(images()))]).toEqual([1, 0, 1]);
  // With the folder's old time back it is the memory that answers.
  await age();
  expect([...(await keptPresence(images()))]).toEqual([1, 1, 1]);
});

it('remembers no folder that is changing, and none with gaps', async () => {
  expect([...(await keptPresence(images()))]).toEqual([1, 1, 1]);
  await rm(join(folder, 'b'), { recursive: true });
  await utimes(join(folder, 'a'), 1000, 1000);
  expect([...(await keptPresence(images()))]).toEqual([1, 1, 0]);
  expect(await kept()).toEqual([]);
});
