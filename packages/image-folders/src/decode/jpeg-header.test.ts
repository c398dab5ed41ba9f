import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawn } from '../drawn-images.fixture.js';
import { jpegHeader } from './jpeg-header.js';

describe('jpegHeader', () => {
  it.each([
    ['plain', () => drawn(31, 17).jpeg(), 3],
    ['progressive', () => drawn(31, 17).jpeg({ progressive: true }), 3],
    ['grey', () => drawn(31, 17, 0, 1).toColourspace('b-w').jpeg(), 1],
    ['of inks', () => drawn(31, 17).toColourspace('cmyk').jpeg(), 4],
    [
      'with EXIF and a profile',
      () => drawn(31, 17).withIccProfile('p3').withMetadata({ orientation: 6 }).jpeg(),
      3,
    ],
  ])('reads a JPEG that is %s', async (_what, make, components) => {
    const bytes = await make().toBuffer();
    expect(jpegHeader(bytes)).toEqual({ width: 31, height: 17, components });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 31, height: 17, channels: components });
  });

  it('says nothing about what is no JPEG, and ends with every input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        if (bytes[0] !== 0xff) expect(jpegHeader(bytes)).toBeUndefined();
        jpegHeader(Uint8Array.of(0xff, 0xd8, 0xff, ...bytes));
      }),
    );
  });
});
