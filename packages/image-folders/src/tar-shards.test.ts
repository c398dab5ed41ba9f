import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, put, putClasses, streams, temporaryFolder } from './drawn-images.fixture.js';
import { imageFolder, tarShards } from './index.js';
import { expandPattern } from './shards/expand-pattern.js';
import { walkTar } from './shards/walk-tar.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

/** Packs files of a folder in their order. */
const pack = (file: string, cwd: string, names: string[]) => create({ file, cwd, portable: true }, names);

/** The images of a class folder as two shards in WebDataset's layout, and the folder itself. */
async function shards(name: string): Promise<{ loose: string; pattern: string }> {
  const loose = await putClasses(join(folder, name, 'loose'), { a: 3, b: 4 });
  const flat = join(folder, name, 'flat');
  const names: string[] = [];
  let number = 0;
  for (const [label, [className, count]] of Object.entries({ a: 3, b: 4 }).entries()) {
    for (let i = 0; i < count; i++, number++) {
      const bytes = await readFile(join(loose, className, `${String(i).padStart(3, '0')}.jpg`));
      await put(join(flat, `${number}.v1.jpg`), bytes);
      await put(join(flat, `${number}.cls`), String(label));
      await put(join(flat, `${number}.json`), '{}');
      names.push(`${number}.v1.jpg`, `${number}.cls`, `${number}.json`);
    }
  }
  await pack(join(folder, name, 'part-000.tar'), flat, names.slice(0, 9));
  await pack(join(folder, name, 'part-001.tar'), flat, names.slice(9));
  return { loose, pattern: join(folder, name, 'part-*.tar') };
}

describe('tarShards', () => {
  it('reads the bits that the loose files give, in any order', async () => {
    const { loose, pattern } = await shards('same');
    const packed = await tarShards({ train: pattern, test: pattern, size: 12 }).load();
    const files = await imageFolder({ train: loose, test: loose, size: 12 }).load();
    expect([packed.classNames, packed.classCounts]).toEqual([
      ['0', '1'],
      [3, 4],
    ]);
    for (const randomOf of [undefined, streams(4)]) {
      const read = async (source: typeof packed.train) => {
        const into = new Float32Array(7 * 12 * 12 * 3);
        await source.read(Int32Array.of(6, 0, 5, 1, 4, 2, 3), into, randomOf);
        return into;
      };
      expect(await read(packed.train)).toEqual(await read(files.train));
    }
  });

  it('names classes by classes.json, or by the option', async () => {
    const { pattern } = await shards('named');
    await put(join(folder, 'named', 'classes.json'), '["ash", "birch"]');
    expect((await tarShards({ train: pattern, test: pattern }).load()).classNames).toEqual(['ash', 'birch']);
    const three = tarShards({ train: pattern, test: pattern, classNames: ['x', 'y', 'z'] }).load();
    await expect(three).rejects.toThrow(/IMAGES_LIST_GAPS.*no image of 2/);
  });

  it('indexes once, and again when a shard changes', async () => {
    const { pattern } = await shards('once');
    const labels: string[] = [];
    const load = () =>
      tarShards({ train: pattern, test: pattern, onProgress: ({ label }) => labels.push(label) }).load();
    await load();
    expect(labels).toContain('Indexing shards');
    labels.length = 0;
    await load();
    expect(labels).toEqual([]);
    await appendFile(join(folder, 'once', 'part-001.tar'), Buffer.alloc(512));
    await load();
    expect(labels).toContain('Indexing shards');
  });

  it('names what is wrong with a shard', async () => {
    const { pattern } = await shards('wrong');
    const part = join(folder, 'wrong', 'part-001.tar');
    const whole = await readFile(part);
    const load = () => tarShards({ train: pattern, test: pattern }).load();
    await truncate(part, 700);
    await expect(load()).rejects.toThrow(/IMAGES_BAD_SHARD.*part-001.tar.*the end at byte 700/);
    await writeFile(part, Buffer.concat([whole.subarray(0, 512).fill(65, 0, 20), whole.subarray(512)]));
    await expect(load()).rejects.toThrow(/IMAGES_BAD_SHARD.*a tar header at byte 0/);
    await expect(tarShards({ train: join(folder, 'no-*.tar'), test: pattern }).load()).rejects.toThrow(
      'IMAGES_NOT_FOUND',
    );
    const flat = join(folder, 'wrong', 'flat');
    await put(join(flat, '9.png'), await drawn(9, 9).png().toBuffer());
    await pack(part, flat, ['9.png']);
    await expect(load()).rejects.toThrow(
      /IMAGES_BAD_SHARD.*one image and one .cls of sample '9', found 1 and 0/,
    );
    await put(join(flat, '9.cls'), 'nine');
    await pack(part, flat, ['9.png', '9.cls']);
    await expect(load()).rejects.toThrow(/IMAGES_BAD_SHARD.*'9.cls', found 'nine'/);
  });
});

describe('walkTar', () => {
  it('finds members with long and foreign names, and of no bytes', async () => {
    const flat = join(folder, 'names');
    const names = [`${'deep/'.repeat(40)}${'long'.repeat(30)}.txt`, '鳥 bird.txt', 'empty.txt'];
    for (const [i, name] of names.entries())
      await put(join(flat, name), 'x'.repeat(i === 2 ? 0 : 600 * (i + 1)));
    const file = join(folder, 'names.tar');
    await pack(file, flat, names);
    const found: [string, number][] = [];
    for await (const { path, length, offset } of walkTar(file)) {
      found.push([path, length]);
      const bytes = (await readFile(file)).subarray(offset, offset + length);
      expect(bytes.toString()).toBe('x'.repeat(length));
    }
    expect(found).toEqual([
      [names[0], 600],
      [names[1], 1200],
      [names[2], 0],
    ]);
  });
});

describe('expandPattern', () => {
  it('expands ranges and stars, sorted', async () => {
    expect(await expandPattern(join('a', 'train-{098..101}.tar'))).toEqual(
      ['098', '099', '100', '101'].map((number) => join('a', `train-${number}.tar`)),
    );
    await put(join(folder, 'stars', 'b (1).tar'), '');
    await put(join(folder, 'stars', 'a (1).tar'), '');
    await put(join(folder, 'stars', 'a (1)xtar'), '');
    const names = (await expandPattern(join(folder, 'stars', '? (1).tar'))).map((path) => path.slice(-9));
    expect(names).toEqual(['a (1).tar', 'b (1).tar']);
  });
});
