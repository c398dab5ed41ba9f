import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, put, putClasses, temporaryFolder } from '../drawn-images.fixture.js';
import { imageFolder, prepareShards, tarShards } from '../index.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

const make = async (name: string) => {
  const from = await putClasses(join(folder, name, 'train'), { a: 5, b: 4 });
  await put(join(from, 'b', 'large.png'), await drawn(80, 60).png().toBuffer());
  return { from, to: join(folder, name, 'shards'), side: 40, perShard: 4 };
};

describe('prepareShards', () => {
  it('makes shards that read like the folder, small JPEGs to the bit, large images nearly', async () => {
    const options = await make('plain');
    const prepared = await prepareShards(options);
    expect(prepared).toMatchObject({ shards: 3, images: 10, resumed: 0, bad: [], done: true });
    const packed = await tarShards({ train: prepared.pattern, test: prepared.pattern, size: 20 }).load();
    const loose = await imageFolder({ train: options.from, test: options.from, size: 20 }).load();
    expect([packed.classNames, packed.classCounts]).toEqual([loose.classNames, loose.classCounts]);
    const read = async ({ train }: typeof packed) => {
      const into = new Float32Array(10 * 1200);
      await train.read(
        Int32Array.from({ length: 10 }, (_, i) => i),
        into,
      );
      return into;
    };
    const [one, other] = [await read(packed), await read(loose)];
    expect(one.subarray(0, 9 * 1200)).toEqual(other.subarray(0, 9 * 1200));
    const difference = one.reduce((sum, value, i) => sum + Math.abs(value - other[i]), 0) / 1200;
    expect(difference > 0 && difference < 0.15).toBe(true);
    const { train } = packed;
    expect(train.size).toBe(10);
  });

  it('continues where it was interrupted, to the same files, and has nothing to do afterwards', async () => {
    const options = await make('resumed');
    const interrupt = new AbortController();
    const first = await prepareShards({
      ...options,
      signal: interrupt.signal,
      onProgress: ({ done }) => done >= 4 && interrupt.abort(),
    });
    expect(first.done).toBe(false);
    await writeFile(join(options.to, 'train-000001.tar.part'), 'half of a shard');
    const second = await prepareShards(options);
    expect(second).toMatchObject({ done: true, resumed: 1, images: 10 });
    const whole = await make('whole');
    await prepareShards(whole);
    const files = (await readdir(options.to)).filter((file) => file.endsWith('.tar')).sort();
    expect(await readdir(options.to)).not.toContain('train-000001.tar.part');
    for (const file of files) {
      expect((await readFile(join(options.to, file))).equals(await readFile(join(whole.to, file)))).toBe(
        true,
      );
    }
    expect(await prepareShards(options)).toMatchObject({ resumed: 3, images: 10 });
    await rm(join(options.to, 'train-000002.tar'));
    expect(await prepareShards(options)).toMatchObject({ resumed: 2, images: 10 });
  });

  it('takes nothing that a killed call left unfinished for shards of others, and leaves none of it', async () => {
    const whole = await make('undisturbed');
    await prepareShards(whole);
    const options = await make('killed');
    const left = async (...names: string[]) => {
      for (const name of names) await put(join(options.to, name), Buffer.from('half'));
    };
    await left('train-plan.json.4321.part');
    await prepareShards(options);
    await left('train-000001.json.4321.part', 'train-000002.part/000000009.jpg');
    expect(await prepareShards(options)).toMatchObject({ resumed: 3, done: true });
    expect((await readdir(options.to)).sort()).toEqual((await readdir(whole.to)).sort());
  });

  it('refuses a folder of other shards, and names or skips bad images', async () => {
    const options = await make('other');
    await prepareShards(options);
    await expect(prepareShards({ ...options, side: 30 })).rejects.toThrow(
      /IMAGES_TARGET_IN_USE.*train-plan.json.*nothing was changed/,
    );
    const bad = await make('bad');
    await put(join(bad.from, 'a', 'cut.jpg'), (await drawn(99, 99).jpeg().toBuffer()).subarray(0, 500));
    await expect(prepareShards(bad)).rejects.toThrow(/IMAGES_BAD_IMAGE.*cut.jpg/);
    const skipping = { ...bad, to: join(folder, 'bad', 'skipped'), onBadImage: 'skip' } as const;
    expect(await prepareShards(skipping)).toMatchObject({
      ...{ done: true, images: 10, shards: 3 },
      bad: [expect.stringMatching(/cut\.jpg/)],
    });
  });

  it('tells of every image, stops within a shard, and does that shard again', async () => {
    const options = await make('within');
    const interrupt = new AbortController();
    const told: number[] = [];
    const first = await prepareShards({
      ...{ ...options, perShard: 8, lanes: 1, signal: interrupt.signal },
      onProgress: ({ done }) => void (told.push(done) === 4 && interrupt.abort()),
    });
    expect([first.done, told]).toEqual([false, [0, 1, 2, 3]]);
    expect((await readdir(options.to)).sort()).toEqual(['classes.json', 'train-plan.json']);
    const again = { ...options, perShard: 8, from: relative(process.cwd(), options.from) };
    expect(await prepareShards(again)).toMatchObject({ done: true, resumed: 0, images: 10 });
  });

  it.each([
    [{ sid: 256 }, /'sid' of prepareShards is unknown\. Did you mean 'side'/],
    [{ quality: 101 }, /'quality'.*whole number in \[1, 100\], received 101/],
    [{ name: 'a/b' }, /'name'.*without '\/', received 'a\/b'/],
  ])('refuses %j', async (wrong, text) => {
    const options = { from: folder, to: join(folder, 'never'), ...wrong };
    await expect(prepareShards(options)).rejects.toThrow(text);
  });

  it('says where it cannot write', async () => {
    const options = await make('unwritable');
    await put(join(folder, 'a file'), '');
    await expect(prepareShards({ ...options, to: join(folder, 'a file', 'shards') })).rejects.toThrow(
      /IMAGES_NOT_WRITTEN.*a file.*ENOTDIR/,
    );
  });

  it('gives large images the smaller side that was asked for', async () => {
    const options = await make('side');
    const { pattern } = await prepareShards({ ...options, perShard: 100 });
    const bytes = await readFile(pattern.replace('*', '000000'));
    const start = bytes.lastIndexOf(Buffer.from([0xff, 0xd8, 0xff]));
    expect(await sharp(bytes.subarray(start)).metadata()).toMatchObject({
      width: 53,
      height: 40,
      format: 'jpeg',
      chromaSubsampling: '4:4:4',
    });
  });
});
