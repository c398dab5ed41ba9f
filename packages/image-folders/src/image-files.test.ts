import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, put, putClasses, temporaryFolder } from './drawn-images.fixture.js';
import { imageFiles, imageFolder } from './index.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

describe('imageFiles', () => {
  it('finds files and folders in their order, and reads what a data set reads as test images', async () => {
    const root = await putClasses(join(folder, 'test'), { a: 2, b: 3 });
    await put(join(root, 'b', 'notes.txt'), 'no image');
    await put(join(root, '.hidden', 'x.jpg'), 'no image');
    const data = await imageFolder({ train: root, test: root, size: 16 }).load();
    const images = await imageFiles({ paths: [join(root, 'b', '001.jpg'), root], size: 16 });
    const below = ['a/000.jpg', 'a/001.jpg', 'b/000.jpg', 'b/001.jpg', 'b/002.jpg'];
    expect(images.names).toEqual(['b/001.jpg', ...below].map((name) => join(root, name)));
    expect([images.size, images.exampleShape]).toEqual([6, [16, 16, 3]]);
    const [ours, theirs] = [new Float32Array(6 * 768), new Float32Array(6 * 768)];
    await images.read(Int32Array.of(0, 1, 2, 3, 4, 5), ours);
    await data.test.read(Int32Array.of(3, 0, 1, 2, 3, 4), theirs);
    expect(ours).toEqual(theirs);
    await images.close();
  });

  it('takes a file whatever its name is, and names what is missing, empty or broken', async () => {
    const bytes = await drawn(20, 20).png().toBuffer();
    const images = await imageFiles({ paths: [await put(join(folder, 'photo.data'), bytes)], size: 8 });
    await images.read(Int32Array.of(0), new Float32Array(192));
    await expect(imageFiles({ paths: [join(folder, 'none')] })).rejects.toThrow(/IMAGES_NOT_FOUND.*none/);
    const broken = await put(join(folder, 'odd', 'broken.jpg'), bytes.subarray(0, 60));
    const odd = await imageFiles({ paths: [join(folder, 'odd')], size: 8 });
    await expect(odd.read(Int32Array.of(0), new Float32Array(192))).rejects.toThrow(broken);
    await put(join(folder, 'texts', 'a.txt'), '');
    await expect(imageFiles({ paths: [join(folder, 'texts')] })).rejects.toThrow(/folder with images/);
    await expect(imageFiles({ paths: [], size: 0 })).rejects.toThrow('IMAGES_BAD_OPTION');
  });
});
