import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@evenkeel/trainer-core';
import sharp from 'sharp';

/** Draws JPEGs of a photograph's size, 500 × 375 with some noise, into a folder of four classes; returns the folder. */
export async function drawPhotographs(folder: string, count: number): Promise<string> {
  const [width, height] = [500, 375];
  for (let image = 0; image < count; image++) {
    const random = createRandom(7, 'photographs', image);
    const pixels = new Uint8Array(width * height * 3);
    for (let i = 0; i < pixels.length; i++) {
      const x = Math.floor(i / 3) % width;
      const y = Math.floor(i / 3 / width);
      pixels[i] = 128 + 90 * Math.sin(x / 40 + (i % 3)) * Math.cos(y / 55 + image) + random.integer(24);
    }
    const below = join(folder, `class ${image % 4}`);
    await mkdir(below, { recursive: true });
    const drawn = sharp(pixels, { raw: { width, height, channels: 3 } });
    await drawn.jpeg({ quality: 90 }).toFile(join(below, `${image}.jpg`));
  }
  return folder;
}
