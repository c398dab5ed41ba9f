// The golden values come from golden/jpegs.py: Pillow 13 and libjpeg-turbo 3.2.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawn } from '../drawn-images.fixture.js';
import { startKernels } from '../kernels/kernel-memory.js';
import type { Box } from '../transforms/crop-plan.js';
import { paddedCrop } from '../transforms/crops.js';
import { seededDraws } from '../transforms/draws.js';
import { decodeImage } from './decode-image.js';
import { decodeJpeg } from './decode-jpeg.js';
import { jpegScan } from './jpeg-scan.js';

/** How many damaged files; a long run sets EVENKEEL_FUZZ_RUNS. */
const numRuns = Number(process.env.EVENKEEL_FUZZ_RUNS ?? 400);

interface Golden {
  readonly what: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  readonly pixels: string;
}

const { jpegs } = JSON.parse(readFileSync(new URL('../../golden/jpegs.json', import.meta.url), 'utf8')) as {
  jpegs: Golden[];
};

/** The part of a JPEG that the kernels decode; undefined when they leave it to libvips. */
function decoded(bytes: Uint8Array, box?: Box): Uint8Array | undefined {
  const scan = jpegScan(bytes);
  const memory = startKernels();
  const image = scan && decodeJpeg(memory, bytes, scan, box);
  if (!image) return undefined;
  const { width, height, at, stride } = image;
  const rows = Array.from({ length: height }, (_, y) => memory.bytes(at + y * stride, width * 3).slice());
  return Uint8Array.from(Buffer.concat(rows));
}

/** The same by libvips. */
async function byVips(bytes: Uint8Array, box?: Box): Promise<Uint8Array> {
  const image = sharp(bytes);
  const part = (box ? image.extract(box) : image).toColourspace('srgb');
  return Uint8Array.from(await part.raw().toBuffer());
}

const image = fc
  .record({
    width: fc.integer({ min: 8, max: 70 }),
    height: fc.integer({ min: 1, max: 70 }),
    quality: fc.integer({ min: 1, max: 100 }),
    chromaSubsampling: fc.constantFrom('4:2:0', '4:4:4'),
    optimiseCoding: fc.boolean(),
    noise: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ width, height, noise, seed, ...options }) => ({
    width,
    height,
    make: async () => {
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * (seed + 7)) >> 3);
      const raw = { width, height, channels: 3 } as const;
      const made = noise ? sharp(pixels, { raw }) : drawn(width, height, seed);
      return new Uint8Array(await made.jpeg(options).toBuffer());
    },
  }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const boxOf = (width: number, height: number, [a, b, c, d]: readonly number[]): Box => {
  const [left, top] = [Math.floor(a * (width - 1)), Math.floor(b * (height - 1))];
  return { left, top, width: Math.ceil(c * (width - left)) || 1, height: Math.ceil(d * (height - top)) || 1 };
};

describe('JPEGs decoded by the kernels', () => {
  it.each(jpegs)('$what: the pixels of Pillow', ({ file, pixels }) => {
    expect(decoded(Buffer.from(file, 'base64'))).toEqual(Uint8Array.from(Buffer.from(pixels, 'base64')));
  });

  it.each(jpegs)('$what: any part is that part of the whole (property)', ({ width, height, file }) => {
    const bytes = Buffer.from(file, 'base64');
    const whole = decoded(bytes) as Uint8Array;
    fc.assert(
      fc.property(fc.tuple(share, share, share, share), (shares) => {
        const box = boxOf(width, height, shares);
        const rows = Array.from({ length: box.height }, (_, y) => {
          const from = ((box.top + y) * width + box.left) * 3;
          return whole.subarray(from, from + box.width * 3);
        });
        expect(decoded(bytes, box)).toEqual(Uint8Array.from(Buffer.concat(rows)));
      }),
    );
  });

  it('are those of libvips, whatever is in them, and for any part (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        image,
        fc.tuple(share, share, share, share),
        async ({ width, height, make }, shares) => {
          const bytes = await make();
          const box = boxOf(width, height, shares);
          expect(decoded(bytes)).toEqual(await byVips(bytes));
          expect(decoded(bytes, box)).toEqual(await byVips(bytes, box));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are left to libvips when they are progressive, of inks, cut short or not JPEGs', async () => {
    const plain = new Uint8Array(await drawn(32, 32).jpeg().toBuffer());
    expect(decoded(plain)).toBeDefined();
    expect(
      decoded(new Uint8Array(await drawn(32, 32).jpeg({ progressive: true }).toBuffer())),
    ).toBeUndefined();
    const inks = await drawn(32, 32).toColourspace('cmyk').jpeg().toBuffer();
    expect(decoded(new Uint8Array(inks))).toBeUndefined();
    for (let length = 0; length < plain.length; length++)
      expect(decoded(plain.subarray(0, length)), String(length)).toBeUndefined();
    expect(decoded(new Uint8Array(await drawn(32, 32).png().toBuffer()))).toBeUndefined();
  });

  it('end in an image or in a code, whatever is changed in the file (property)', async () => {
    const bytes = Buffer.from(jpegs[7].file, 'base64');
    const change = fc.tuple(fc.integer({ min: 2, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, byte] of changes) changed[at] = byte;
        const crop = paddedCrop({ size: 24, pad: 0 });
        const result = await decodeImage(changed, 'a.jpg', crop, seededDraws([1, 2, 3, 4]), 10_000).catch(
          String,
        );
        if (typeof result === 'string') expect(result).toMatch(/IMAGES_(BAD_IMAGE|TOO_LARGE).*a\.jpg/);
        else expect(result.pixels).toHaveLength(24 * 24 * 3);
      }),
      { numRuns },
    );
  });
});
