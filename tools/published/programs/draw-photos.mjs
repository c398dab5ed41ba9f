// Draws a folder of images per class, long-tailed: squares of one colour, lighter from one image to the next.
import { mkdirSync } from 'node:fs';
import sharp from 'sharp';

const COUNTS = { red: 24, green: 12, blue: 5 };
for (const [channel, [name, count]] of Object.entries(COUNTS).entries()) {
  mkdirSync(`photos/${name}`, { recursive: true });
  for (let at = 0; at < count; at++) {
    const [r, g, b] = [0, 1, 2].map((each) => (each === channel ? 250 : at * 4));
    const square = sharp({ create: { width: 48, height: 48, channels: 3, background: { r, g, b } } });
    await square.png().toFile(`photos/${name}/${at}.png`);
  }
}
