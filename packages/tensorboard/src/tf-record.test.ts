import { expect, it } from 'vitest';
import { maskedCrc32c, tfRecord } from './tf-record.js';

/** TensorFlow's mask taken off again. */
function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

// RFC 3720 (iSCSI), appendix B.4.
it.each([
  ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 bytes of incrementing values', Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
  ['32 bytes of decrementing values', Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
])('has the checksums of RFC 3720: %s', (_, bytes, expected) => {
  expect(unmasked(maskedCrc32c(bytes)).toString(16)).toBe(expected.toString(16));
});

it('frames a record as tf.io.TFRecordWriter of TensorFlow does', () => {
  // tf.io.TFRecordWriter('r').write(b'evenkeel'), TensorFlow 2.21.0.
  expect(Buffer.from(tfRecord(Buffer.from('evenkeel'))).toString('hex')).toBe(
    '0800000000000000ff86240f6576656e6b65656cd5d81036',
  );
});
