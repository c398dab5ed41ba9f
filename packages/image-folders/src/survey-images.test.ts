import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawn, put, putClasses, temporaryFolder } from './drawn-images.fixture.js';
import { imageFolder, surveyImages } from './index.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

it('knows the same picture under other names, in other parts and formats, and names what is broken', async () => {
  const train = await putClasses(join(folder, 'train'), { a: 3, b: 2 });
  const test = await putClasses(join(folder, 'test'), { a: 1 });
  const at = (...path: string[]) => join(folder, ...path);
  await cp(at('train', 'a', '000.jpg'), at('train', 'b', 'copy.jpg'));
  const picture = drawn(40, 30, 99);
  await put(at('train', 'a', 'png.png'), await picture.clone().png().toBuffer());
  await put(at('test', 'b', 'webp.webp'), await picture.clone().webp({ lossless: true }).toBuffer());
  await put(at('test', 'b', 'again.jpg'), await picture.clone().jpeg({ quality: 60 }).toBuffer());
  await put(at('test', 'b', 'broken.jpg'), 'no image');
  const data = await imageFolder({ train, test, size: 16 }).load();
  const told: number[] = [];
  const survey = await surveyImages(data, ({ done }) => told.push(done));
  expect(survey.map(({ part }) => part)).toEqual([...Array(7).fill('train'), ...Array(4).fill('test')]);
  const by = (name: string) => survey.filter((image) => image.name.endsWith(name))[0];
  expect(by('copy.jpg')).toMatchObject({ label: 1, fingerprint: by(join('a', '000.jpg')).fingerprint });
  expect(by('webp.webp')).toMatchObject({ label: 1, part: 'test', fingerprint: by('png.png').fingerprint });
  expect(by('broken.jpg')).toMatchObject({ problem: expect.stringMatching(/broken\.jpg: no image/) });
  expect(by('broken.jpg').fingerprint).toBeUndefined();
  // `putClasses` draws the same first picture for both folders.
  expect(new Set(survey.map(({ fingerprint }) => fingerprint)).size).toBe(8);
  expect(told).toEqual([0, 7, 0, 4]);
  await data.close();
});
