import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createRandom } from '@evenkeel/trainer-core';
import type { RandomOfRow } from '@evenkeel/trainer-core';
import type { PixelImage } from '@evenkeel/datasets-lt';

/** A folder for one test file, with its own cache; `remove` puts everything back. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-images-'));
  const before = process.env.EVENKEEL_CACHE;
  process.env.EVENKEEL_CACHE = join(folder, '.cache');
  return {
    folder,
    remove: async () => {
      if (before === undefined) delete process.env.EVENKEEL_CACHE;
      else process.env.EVENKEEL_CACHE = before;
      await rm(folder, { recursive: true });
    },
  };
}

/** Smooth colours that differ with `seed`, `[height, width, channels]`. */
export function drawnPixels(width: number, height: number, seed = 0, channels = 3): Uint8Array {
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < pixels.length; i++) {
    const channel = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    pixels[i] = 128 + 120 * Math.sin(x / 9 + y / (11 + channel) + 2 * channel + seed);
  }
  return pixels;
}

/** The same as an image. */
export function drawnImage(width: number, height: number, seed = 0): PixelImage {
  return { width, height, channels: 3, pixels: drawnPixels(width, height, seed) };
}

/** A sharp pipeline that begins with drawn pixels. */
export function drawn(width: number, height: number, seed = 0, channels: 1 | 2 | 3 | 4 = 3): Sharp {
  return sharp(drawnPixels(width, height, seed, channels), { raw: { width, height, channels } });
}

/** Writes a file and the folders above it. */
export async function put(path: string, bytes: Uint8Array | string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** A folder of classes, `counts[name]` small JPEGs each. */
export async function putClasses(root: string, counts: Readonly<Record<string, number>>): Promise<string> {
  let seed = 0;
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) {
      const bytes = await drawn(24 + (i % 5), 20, seed++)
        .jpeg()
        .toBuffer();
      await put(join(root, name, `${String(i).padStart(3, '0')}.jpg`), bytes);
    }
  }
  return root;
}

/** The streams of the rows of a batch. */
export function streams(batch: number): RandomOfRow {
  return (row) => createRandom(3, 'test', batch, row);
}
