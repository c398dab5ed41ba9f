import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecodedSource } from '../decoded-source.js';
import { drawn, put, putClasses, streams, temporaryFolder } from '../drawn-images.fixture.js';
import { imageFolderOptions } from '../image-folder.js';
import { imageSettings } from '../image-options.js';
import { walkFolder } from '../listing/walk-folder.js';
import { autoAugment, colorJitter, flip, randomResizedCrop } from '../index.js';
import { DecodingPool } from './decoding-pool.js';

let folder: string;
let remove: () => Promise<void>;
let entry: URL;

beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  // Node does not run TypeScript: the thread's program is put together as the published one would be.
  const outDir = fileURLToPath(new URL('../../out-tsc/worker', import.meta.url));
  await mkdir(outDir, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@evenkeel/source'] },
    ssr: { resolve: { conditions: ['@evenkeel/source'] }, external: ['sharp'], noExternal: true },
    build: { ssr: fileURLToPath(new URL('worker.ts', import.meta.url)), outDir, target: 'node20' },
  });
  entry = pathToFileURL(join(outDir, 'worker.js'));
});
afterAll(() => remove());

const allSteps = [flip(), colorJitter({ hue: 0.2, contrast: 0.5 }), autoAugment()];

const source = async (root: string, pool: DecodingPool, readTimeout = 60, steps = allSteps) => {
  const { images } = await walkFolder(root);
  const augment = [randomResizedCrop({ size: 24 }), ...steps] as const;
  const settings = imageSettings(
    'test',
    { ...imageFolderOptions.read({ train: root, test: root, size: 24, augment }), readTimeout },
    undefined,
  );
  return new DecodedSource({ ...settings, images, augmented: settings.augment, pool });
};

describe('a pool of threads', () => {
  it('gives the same bits with any number of them, and with none', async () => {
    const root = await putClasses(join(folder, 'same'), { a: 9, b: 8 });
    const indices = Int32Array.from({ length: 40 }, (_, i) => (i * 7) % 17);
    const results: Float32Array[] = [];
    for (const threads of [0, 1, 3]) {
      const pool = new DecodingPool({ threads, entry });
      const images = await source(root, pool);
      for (const randomOf of [streams(1), undefined]) {
        const into = new Float32Array(40 * 24 * 24 * 3);
        await images.read(indices, into, randomOf);
        results.push(into);
      }
      await pool.close();
    }
    expect(results[0]).not.toEqual(results[1]);
    expect([results[2], results[4]]).toEqual([results[0], results[0]]);
    expect([results[3], results[5]]).toEqual([results[1], results[1]]);
  });

  it('gives batches that are asked for at once as if one came after the other', async () => {
    const root = await putClasses(join(folder, 'at once'), { a: 9, b: 8 });
    const pool = new DecodingPool({ threads: 2, entry });
    const images = await source(root, pool);
    const read = async (batch: number) => {
      const into = new Float32Array(5 * 24 * 24 * 3);
      const indices = Int32Array.from({ length: 5 }, (_, i) => (batch * 5 + i * 3) % 17);
      await images.read(indices, into, streams(batch));
      return into;
    };
    const atOnce = await Promise.all([0, 1, 2, 3, 4, 5].map(read));
    for (const [batch, pixels] of atOnce.entries()) expect(pixels).toEqual(await read(batch));
    await pool.close();
  });

  it('mirrors on the way out as a step does', async () => {
    const root = await putClasses(join(folder, 'mirrored'), { a: 9, b: 8 });
    const pool = new DecodingPool({ threads: 0 });
    const identity = colorJitter({});
    const [plain, last, before] = await Promise.all(
      [[], [flip({ chance: 1 })], [flip({ chance: 1 }), identity]].map((steps) =>
        source(root, pool, 60, steps),
      ),
    );
    const read = async (images: DecodedSource) => {
      const into = new Float32Array(17 * 24 * 24 * 3);
      await images.read(Int32Array.from(into.subarray(0, 17).keys()), into, streams(1));
      return into;
    };
    const mirrored = await read(last);
    expect(mirrored).toEqual(await read(before));
    expect(mirrored).not.toEqual(await read(plain));
  });

  it('decodes while the main thread is busy', async () => {
    const root = await putClasses(join(folder, 'busy'), { a: 9, b: 8 });
    const pool = new DecodingPool({ threads: 1, entry });
    const images = await source(root, pool);
    const into = new Float32Array(40 * 24 * 24 * 3);
    const indices = Int32Array.from({ length: 40 }, (_, i) => i % 17);
    await images.read(indices, into);
    const reading = images.read(indices, into);
    await new Promise((resolve) => setTimeout(resolve, 5)); // it begins ...
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500); // ... and nobody can take a turn
    const from = performance.now();
    await reading;
    expect(performance.now() - from).toBeLessThan(750);
    await pool.close();
  });

  it('serves two sources at once, and a bad image of one is not the other’s', async () => {
    const good = await putClasses(join(folder, 'good'), { a: 9, b: 8 });
    const bad = await putClasses(join(folder, 'bad'), { a: 3, b: 3 });
    await put(join(bad, 'a', '001.jpg'), (await drawn(50, 50).jpeg().toBuffer()).subarray(0, 300));
    await put(join(bad, 'b', '002.jpg'), '');
    const pool = new DecodingPool({ threads: 2, entry });
    const [one, other] = [await source(good, pool), await source(bad, pool)];
    const into = new Float32Array(6 * 24 * 24 * 3);
    const indices = Int32Array.from({ length: 6 }, (_, i) => i);
    const results = await Promise.allSettled([other.read(indices, into), one.read(indices, into.slice())]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(String((results[0] as PromiseRejectedResult).reason)).toMatch(/IMAGES_BAD_IMAGE.*(001|002)\.jpg/);
    await pool.close();
  });

  it('says that a thread ended, and starts again with the next batch', async () => {
    const root = await putClasses(join(folder, 'ended'), { a: 2, b: 2 });
    const ends = join(folder, 'ends.mjs');
    await writeFile(
      ends,
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));",
    );
    const pool = new DecodingPool({ threads: 1, entry: pathToFileURL(ends) });
    const images = await source(root, pool);
    const read = () => images.read(Int32Array.of(0), new Float32Array(24 * 24 * 3));
    await expect(read()).rejects.toThrow(/IMAGES_THREAD_FAILED.*exit code 3.*threads: 0/);
    await expect(read()).rejects.toThrow('IMAGES_THREAD_FAILED');
  });

  it('does not wait for ever for a file that does not come', async () => {
    const root = await putClasses(join(folder, 'slow'), { a: 2, b: 2 });
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [join(root, 'a', 'pipe.jpg')]); // a read of it waits until somebody writes
    const pool = new DecodingPool({ threads: 0 });
    const images = await source(root, pool, 0.2);
    const late = images.read(Int32Array.of(2), new Float32Array(24 * 24 * 3));
    await expect(late).rejects.toThrow(/IMAGES_READ_TIMEOUT.*pipe.jpg.*0.2 s \(readTimeout\).*resume/);
    await writeFile(join(root, 'a', 'pipe.jpg'), ''); // lets the waiting read end
  });
});
