import { crc32c } from '@aws-crypto/crc32c';

/** The constant that checksums in files are masked with. */
const MASK = 0xa282ead8;

/**
 * CRC-32C of bytes, rotated and shifted as record files keep it: ((crc >> 15) | (crc << 17)) + 0xa282ead8, a uint32. Source:
 * TensorFlow, `tensorflow/core/lib/hash/crc32c.h`.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}

/** One record of a TFRecord file: length, its checksum, data, their checksum; numbers little-endian. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
