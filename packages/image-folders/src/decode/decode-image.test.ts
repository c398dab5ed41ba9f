import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawn, drawnPixels } from '../drawn-images.fixture.js';
import { paddedCrop, resizedCrop } from '../transforms/crops.js';
import { seededDraws } from '../transforms/draws.js';
import { decodeImage, reasonOf } from './decode-image.js';

const LIMIT = 100_000_000;

/** All of a square image, as it is. */
const whole = async (bytes: Uint8Array, size = 32) => {
  const crop = paddedCrop({ size, pad: 0 });
  const { pixels } = await decodeImage(bytes, 'folder/a.jpg', crop, seededDraws([1, 2, 3, 4]), LIMIT);
  return pixels;
};
const fails = (bytes: Uint8Array, limit = LIMIT) =>
  decodeImage(bytes, 'folder/a.jpg', resizedCrop({ size: 32 }), seededDraws([1, 2, 3, 4]), limit);

const distance = (a: Uint8Array, b: Uint8Array) => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};
const colours = drawnPixels(32, 32);
const repeated = (grey: Uint8Array) =>
  Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]);

describe('what real folders hold', () => {
  it('RGB of PNG and lossless WebP, to the bit', async () => {
    expect(await whole(await drawn(32, 32).png().toBuffer())).toEqual(colours);
    expect(await whole(await drawn(32, 32).webp({ lossless: true }).toBuffer())).toEqual(colours);
  });

  it('JPEG, plain and progressive, with the same pixels', async () => {
    const image = drawn(32, 32);
    const plain = await whole(await image.clone().jpeg({ quality: 95 }).toBuffer());
    expect(await whole(await image.clone().jpeg({ quality: 95, progressive: true }).toBuffer())).toEqual(
      plain,
    );
    expect(distance(plain, colours)).toBeLessThan(24);
  });

  it('grey becomes three equal channels, with alpha or without', async () => {
    const grey = drawnPixels(32, 32, 0, 1);
    const png = await drawn(32, 32, 0, 1).toColourspace('b-w').png().toBuffer();
    expect((await sharp(png).metadata()).channels).toBe(1);
    expect(await whole(png)).toEqual(repeated(grey));
    const jpeg = await drawn(32, 32, 0, 1).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();
    expect(distance(await whole(jpeg), repeated(grey))).toBeLessThan(4);
    const withAlpha = await drawn(32, 32, 0, 1).joinChannel(Buffer.from(drawnPixels(32, 32, 5, 1)), { raw: { width: 32, height: 32, channels: 1 } }).toColourspace('b-w').png().toBuffer(); // prettier-ignore
    expect(await whole(withAlpha)).toEqual(repeated(grey));
  });

  it('alpha is dropped: what lies under it stays as it is', async () => {
    const rgba = drawnPixels(32, 32, 0, 4);
    const pixels = await whole(await drawn(32, 32, 0, 4).png().toBuffer());
    expect(pixels).toEqual(rgba.filter((_, i) => i % 4 !== 3));
  });

  it('a palette becomes its colours', async () => {
    const blocks = Uint8Array.from(
      { length: 32 * 32 * 3 },
      (_, i) => ((i % 3) * 70 + 40 * (Math.floor(i / 96 / 8) % 4)) & 255,
    );
    const png = await sharp(blocks, { raw: { width: 32, height: 32, channels: 3 } })
      .png({ palette: true })
      .toBuffer();
    expect((await sharp(png).metadata()).isPalette).toBe(true);
    expect(distance(await whole(png), blocks)).toBeLessThan(3);
  });

  it('of 16 bits the upper eight are kept, in grey and in colour', async () => {
    const deep = (channels: 1 | 3) => {
      const values = Uint16Array.from({ length: 32 * 32 * channels }, (_, i) => (i * 61) & 0xffff);
      return { values, image: sharp(values, { raw: { width: 32, height: 32, channels } }) };
    };
    const rgb = deep(3);
    const png = await rgb.image.toColourspace('rgb16').png().toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect(await whole(png)).toEqual(Uint8Array.from(rgb.values, (value) => value >> 8));
    const grey = deep(1);
    const greyPng = await grey.image.toColourspace('grey16').png().toBuffer();
    expect((await sharp(greyPng).metadata()).depth).toBe('ushort');
    expect(await whole(greyPng)).toEqual(repeated(Uint8Array.from(grey.values, (value) => value >> 8)));
  });

  it('CMYK by the plain formula', async () => {
    const inks = await sharp({
      create: { width: 32, height: 32, channels: 3, background: { r: 200, g: 30, b: 60 } },
    })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    const [cyan, magenta, yellow, black] = await sharp(inks)
      .pipelineColourspace('cmyk')
      .toColourspace('cmyk')
      .raw()
      .toBuffer();
    const plain = [cyan, magenta, yellow].map((ink) => Math.round(((255 - ink) * (255 - black)) / 255));
    const pixels = await whole(inks);
    for (let i = 0; i < 3; i++) expect(Math.abs(pixels[i] - plain[i])).toBeLessThanOrEqual(1);
  });

  it('the orientation in EXIF is not applied, as torchvision does not', async () => {
    const turned = await drawn(32, 32).withMetadata({ orientation: 6 }).png().toBuffer();
    expect((await sharp(turned).metadata()).orientation).toBe(6);
    expect(await whole(turned)).toEqual(colours);
  });

  it('a profile of colours is not applied', async () => {
    const png = await drawn(32, 32).withIccProfile('p3').png().toBuffer();
    const { hasProfile } = await sharp(png).metadata();
    const raw = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    expect(hasProfile).toBe(true);
    expect(distance(await whole(png), new Uint8Array(raw))).toBe(0);
  });
});

describe('what is no image', () => {
  it.each([
    ['an empty file', new Uint8Array(0), /'folder\/a.jpg'.*an empty file/],
    ['a text', Buffer.from('not an image at all'), /IMAGES_BAD_IMAGE.*no image of a known format/],
    [
      'a drawing of lines',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /kind svg/,
    ],
  ])('%s is named', async (_what, bytes, text) => {
    await expect(fails(bytes)).rejects.toThrow(text);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('a truncated %s is named', async (format) => {
    const bytes = await drawn(200, 200).toFormat(format).toBuffer();
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    await expect(whole(cut)).rejects.toThrow(/IMAGES_BAD_IMAGE.*'folder\/a.jpg'/);
  });

  it('is described also when libvips has nothing left to say, as when two images fail at once', async () => {
    const bytes = new Uint8Array(await drawn(60, 60).jpeg().toBuffer());
    const unknown = new Error('Unknown error');
    expect(reasonOf(unknown, bytes.subarray(0, 500))).toBe('a file cut short');
    expect(reasonOf(unknown, bytes)).toBe('damaged data');
    expect(reasonOf(new Error('VipsJpeg: premature end of JPEG image\nVipsJpeg: more'), bytes)).toBe(
      'premature end of JPEG image',
    );
  });

  it('20,000 × 20,000 pixels are refused from the header, before any is decoded', async () => {
    const png = await drawn(4, 4).png().toBuffer();
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(20_000, 16);
    bomb.writeUInt32BE(20_000, 20);
    const { crc32 } = await import('node:zlib');
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await expect(fails(bomb)).rejects.toThrow(
      /IMAGES_TOO_LARGE.*at most 100000000 pixels \(maxPixels\), found 20000 × 20000/,
    );
    await expect(fails(await drawn(40, 40).png().toBuffer(), 1599)).rejects.toThrow('IMAGES_TOO_LARGE');
    await expect(fails(await drawn(40, 40).png().toBuffer(), 1600)).resolves.toMatchObject({ width: 32 });
  });
});
