import { cp, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, put, putClasses, streams, temporaryFolder } from './drawn-images.fixture.js';
import { imageFolder } from './index.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

const SIZE = { size: 16 };

describe('imageFolder', () => {
  it('has the sorted folders as classes, counts and shot groups, and reads normalised images', async () => {
    const train = await putClasses(join(folder, 'plain', 'train'), { heron: 4, bittern: 30, Kingfisher: 2 });
    const test = await putClasses(join(folder, 'plain', 'test'), { heron: 1, bittern: 2, Kingfisher: 1 });
    const data = await imageFolder({ train, test, ...SIZE }).load();
    expect(data.classNames).toEqual(['Kingfisher', 'bittern', 'heron']);
    expect(data.classCounts).toEqual([2, 30, 4]);
    expect(data.shotGroups).toEqual(['few', 'medium', 'few']);
    expect([data.train.size, data.test.size, data.complete, data.notes]).toEqual([36, 4, true, []]);
    expect(data.train.exampleShape).toEqual([16, 16, 3]);
    expect(data.normalisation).toEqual({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
    const into = new Float32Array(2 * 16 * 16 * 3);
    await data.test.read(Int32Array.of(0, 3), into);
    const most = into.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(most > 0.5 && most <= (1 - 0.406) / 0.225).toBe(true);
    await expect(data.train.read(Int32Array.of(36), new Float32Array(768))).rejects.toThrow(
      'IMAGES_INDEX_RANGE',
    );
    await expect(data.train.read(Int32Array.of(1), new Float32Array(7))).rejects.toThrow(
      'IMAGES_ARRAY_LENGTH',
    );
  });

  it('reads the same bits for the same streams, alone or in a batch, and others for others', async () => {
    const train = join(folder, 'plain', 'train');
    const data = await imageFolder({ train, test: 0.3, ...SIZE }).load();
    const read = async (indices: number[], randomOf = streams(1)) => {
      const into = new Float32Array(indices.length * 768);
      await data.train.read(Int32Array.from(indices), into, randomOf);
      return into;
    };
    const batch = await read([3, 3, 9]);
    expect(await read([3, 3, 9])).toEqual(batch);
    expect(await read([9], () => streams(1)(2))).toEqual(batch.subarray(2 * 768));
    expect(batch.subarray(0, 768)).not.toEqual(batch.subarray(768, 2 * 768));
    expect(await read([3, 3, 9], streams(2))).not.toEqual(batch);
  });

  it('takes names with blanks and letters of all kinds, links, deep folders, any case of suffix; leaves others alone', async () => {
    const root = join(folder, 'odd');
    const bytes = await drawn(20, 20).jpeg().toBuffer();
    await put(join(root, 'großer Brachvogel', 'ein Bild (1).JPG'), bytes);
    await put(join(root, 'großer Brachvogel', '鳥.jpeg'), bytes);
    await put(join(root, 'großer Brachvogel', 'deep', 'er', 'a.png'), bytes); // a JPEG by its content
    await put(join(root, 'großer Brachvogel', 'notes.txt'), 'no image');
    await put(join(root, 'großer Brachvogel', '._ein Bild (1).JPG'), 'of another system');
    await put(join(root, 'Thumbs.db'), 'x');
    await mkdir(join(root, 'linked'), { recursive: true });
    await symlink(join(root, 'großer Brachvogel', '鳥.jpeg'), join(root, 'linked', 'a.jpg'));
    await symlink(join(root, 'linked'), join(root, 'linked', 'round'));
    await symlink(join(folder, 'plain', 'train', 'heron'), join(root, 'heron'));
    const data = await imageFolder({ train: root, test: root, ...SIZE }).load();
    expect(data.classNames).toEqual(['großer Brachvogel', 'heron', 'linked']);
    expect(data.classCounts).toEqual([3, 4, 1]);
    expect(data.notes).toEqual([`2 files in '${root}' are no images by their name.`]);
    const into = new Float32Array(8 * 768);
    await data.train.read(
      Int32Array.from({ length: 8 }, (_, i) => i),
      into,
    );
    expect(into.subarray(0, 768)).toEqual(into.subarray(768, 2 * 768));
  });

  it('splits off a test and a validation part by seed, and scales down to a limit', async () => {
    const train = join(folder, 'plain', 'train');
    const sizes = async (options: { seed?: number; limit?: number; validation?: number }) => {
      const data = await imageFolder({ train, test: 0.25, ...SIZE, ...options }).load();
      return [data.classCounts, data.validation?.size, data.test.size, data.notes];
    };
    const note = `10 of 36 images were taken for the test, by seed 0.`;
    expect(await sizes({})).toEqual([[1, 22, 3], undefined, 10, [note]]);
    expect(await sizes({ limit: 9 })).toEqual([[1, 6, 1], undefined, 10, [note]]);
    expect(await sizes({ validation: 0.2 })).toEqual([[1, 18, 2], 5, 10, [note]]);
  });

  it('names what is wrong', async () => {
    const train = join(folder, 'plain', 'train');
    const load = (options: Parameters<typeof imageFolder>[0]) => imageFolder({ ...options, ...SIZE }).load();
    await expect(load({ train: join(folder, 'nowhere'), test: 0.5 })).rejects.toThrow(
      /IMAGES_NOT_FOUND.*nowhere.*ENOENT/,
    );
    await expect(load({ train: join(train, 'heron'), test: 0.5 })).rejects.toThrow(
      /IMAGES_NO_CLASSES.*0 folders and 4 other/,
    );
    await mkdir(join(folder, 'empty', 'a'), { recursive: true });
    await putClasses(join(folder, 'empty'), { b: 1, c: 1 });
    await expect(load({ train: join(folder, 'empty'), test: 0.5 })).rejects.toThrow(
      /IMAGES_CLASS_EMPTY.*'a'/,
    );
    await expect(load({ train, test: join(folder, 'empty') })).rejects.toThrow(/IMAGES_UNKNOWN_CLASS.*'a'/);
    expect(() => imageFolder({ train, test: 1.5 })).toThrow(/IMAGES_BAD_OPTION.*'test'/);
    expect(() => imageFolder({ train, test: 0.5, threads: -1 })).toThrow(/'threads'/);
    expect(() => imageFolder({ train, test: 0.5, std: [1, 0, 1] })).toThrow(/'std'/);
    expect(() => imageFolder({ train, test: 0.5, augment: [] as never })).toThrow(
      /'augment'.*begins with a crop/,
    );
  });
});

describe('bad images', () => {
  const make = async (name: string) => {
    const root = await putClasses(join(folder, name), { a: 5, b: 5 });
    const whole = await drawn(200, 200, 3).jpeg().toBuffer();
    await put(join(root, 'a', 'broken.jpg'), whole.subarray(0, whole.length - 900));
    await put(join(root, 'b', 'empty.png'), '');
    await put(join(root, 'b', 'text.webp'), 'no image');
    return root;
  };

  it('end the read that meets them, with their name', async () => {
    const root = await make('bad');
    const data = await imageFolder({ train: root, test: root, ...SIZE }).load();
    expect(data.train.size).toBe(13);
    const all = Int32Array.from({ length: 13 }, (_, i) => i);
    await expect(data.train.read(all, new Float32Array(13 * 768))).rejects.toThrow(
      /IMAGES_BAD_IMAGE.*broken.jpg/,
    );
    // The source can be asked again.
    await data.train.read(Int32Array.of(0), new Float32Array(768));
  });

  it('are left out before the sampler counts, once checked are remembered, and checked again when a file changes', async () => {
    const root = await make('skipped');
    const labels: string[] = [];
    const load = () =>
      imageFolder({
        ...{ train: root, test: root, onBadImage: 'skip', ...SIZE },
        onProgress: ({ label }) => labels.push(label),
      }).load();
    const data = await load();
    expect(data.classCounts).toEqual([5, 5]);
    expect(data.notes[0]).toMatch(
      /^Bad training images that were left out: 3\. .*broken\.jpg: .*; .*empty\.png: an empty file; .*text\.webp: no image of a known format\.$/,
    );
    expect(labels).toContain('Checking training images');
    labels.length = 0;
    expect((await load()).classCounts).toEqual([5, 5]);
    expect(labels).toEqual([]);
    await cp(join(root, 'a', '000.jpg'), join(root, 'a', 'broken.jpg'));
    await utimes(join(root, 'a', 'broken.jpg'), 1, 1);
    expect((await load()).classCounts).toEqual([6, 5]);
    expect(labels).toContain('Checking training images');
  });

  it('that vanish are no bad images: the disk may be gone', async () => {
    const root = await putClasses(join(folder, 'gone'), { a: 2, b: 2 });
    const data = await imageFolder({ train: root, test: root, ...SIZE }).load();
    await rm(join(root, 'a'), { recursive: true });
    await expect(data.train.read(Int32Array.of(0), new Float32Array(768))).rejects.toThrow(
      /IMAGES_UNREADABLE.*ENOENT.*resume/,
    );
    await symlink(join(folder, 'nowhere.jpg'), join(root, 'b', 'broken-link.jpg'));
    await putClasses(root, { a: 2 });
    const skipping = imageFolder({ train: root, test: root, onBadImage: 'skip', ...SIZE }).load();
    await expect(skipping).rejects.toThrow(
      /^\[IMAGES_UNREADABLE\](?!.*cannot be read.*cannot be read).*broken-link.jpg.*a link that leads nowhere/,
    );
  });
});
