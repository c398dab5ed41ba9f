/** What one line of a TensorBoard event file says. */
export type LogEntry =
  | { readonly version: string }
  /** A run resumes at `restart`: what earlier files say of this step and later ones is void. */
  | { readonly restart: number }
  | { readonly step: number; readonly scalars: Readonly<Record<string, number>> };

/**
 * One record of an event file: length, masked checksum of the length, `tensorflow.Event` (protocol buffers), masked
 * checksum of the event, all little-endian. `wallTime` in seconds since 1970.
 */
export function eventRecord(wallTime: number, entry: LogEntry): Buffer {
  const event = encode(wallTime, entry);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([length, maskedChecksum(length), event, maskedChecksum(event)]);
}

function encode(wallTime: number, entry: LogEntry): Buffer {
  const time = field(1, fixed('double', wallTime));
  if ('version' in entry) return Buffer.concat([time, field(3, Buffer.from(entry.version))]);
  if ('restart' in entry) {
    const session = field(1, varint(1)); // SessionLog.START
    return Buffer.concat([time, step(entry.restart), field(7, session)]);
  }
  const values = Object.entries(entry.scalars).map(([tag, value]) =>
    field(1, Buffer.concat([field(1, Buffer.from(tag)), field(2, fixed('float', value))])),
  );
  return Buffer.concat([time, step(entry.step), field(5, Buffer.concat(values))]);
}

/** A whole number, seven bits to a byte. */
interface Varint {
  readonly digits: Buffer;
}

function varint(value: number): Varint {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return { digits: Buffer.from([...bytes, rest]) };
}

interface Fixed {
  readonly wire: 1 | 5;
  readonly bytes: Buffer;
}

function fixed(type: 'double' | 'float', value: number): Fixed {
  const bytes = Buffer.alloc(type === 'double' ? 8 : 4);
  if (type === 'double') bytes.writeDoubleLE(value);
  else bytes.writeFloatLE(value);
  return { wire: type === 'double' ? 1 : 5, bytes };
}

/** A field of a message: number and wire type, then a length where the value is text or another message. */
function field(number: number, value: Buffer | Varint | Fixed): Buffer {
  const key = (wire: number) => varint(number * 8 + wire).digits;
  if ('digits' in value) return Buffer.concat([key(0), value.digits]);
  if ('wire' in value) return Buffer.concat([key(value.wire), value.bytes]);
  return Buffer.concat([key(2), varint(value.length).digits, value]);
}

/** `Event.step`; protocol buffers leave out what is 0. */
function step(value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : field(2, varint(value));
}

/** CRC-32C (RFC 3720, appendix B.4: polynomial 0x1EDC6F41, here with its bits reversed). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

/** The checksum as TFRecord files keep it: rotated right by 15 bits, plus a constant. */
function maskedChecksum(bytes: Uint8Array): Buffer {
  const crc = crc32c(bytes);
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return masked;
}
