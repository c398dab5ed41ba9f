import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, put, putClasses, temporaryFolder } from '../drawn-images.fixture.js';
import { imageFolder, prepareShards, runPrepare, tarShards } from '../index.js';

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

  it('refuses a folder of other shards, and names or skips bad images', async () => {
    const options = await make('other');
    await prepareShards(options);
    await expect(prepareShards({ ...options, side: 30 })).rejects.toThrow(
      /IMAGES_TARGET_IN_USE.*train-plan.json.*nothing was changed/,
    );
    const bad = await make('bad');
    await put(join(bad.from, 'a', 'cut.jpg'), (await drawn(99, 99).jpeg().toBuffer()).subarray(0, 500));
    await expect(prepareShards(bad)).rejects.toThrow(/IMAGES_BAD_IMAGE.*cut.jpg/);
    const lines: string[] = [];
    const skipping = { ...bad, to: join(folder, 'bad', 'skipped'), skipBad: true };
    expect(await runPrepare(skipping, (line) => lines.push(line))).toBe(true);
    expect(lines).toEqual([
      expect.stringMatching(/^Left out: .*cut\.jpg/),
      expect.stringMatching(/^10 images in 3 shards \(0 were there\): .*train-\*\.tar$/),
    ]);
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
