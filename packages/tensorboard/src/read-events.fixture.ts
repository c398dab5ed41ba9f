import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskedCrc32c } from './tf-record.js';

/** What stands in one event; an independent reader of the wire format, which knows nothing of the writer's library. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version?: string;
  readonly session?: number;
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

/** All events of a folder, file by file in order of their names; throws where a checksum is wrong. */
export function readEvents(folder: string): ReadEvent[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => recordsIn(readFileSync(join(folder, name))).map(eventIn));
}

function recordsIn(bytes: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (bytes.readUInt32LE(at + 8) !== maskedCrc32c(bytes.subarray(at, at + 8))) throw new Error('length');
    if (bytes.readUInt32LE(at + 12 + length) !== maskedCrc32c(data)) throw new Error('data');
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** A field of a message: its number, and its bytes or, for variable-length integers, its value. */
type Field = readonly [number: number, bytes: Buffer, value: number];

function fieldsIn(bytes: Buffer): Field[] {
  let at = 0;
  const varint = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return value;
    }
  };
  const fields: Field[] = [];
  while (at < bytes.length) {
    const key = varint();
    const [number, type] = [key >> 3, key & 7];
    if (type === 0) {
      fields.push([number, Buffer.alloc(0), varint()]);
      continue;
    }
    const length = type === 1 ? 8 : type === 5 ? 4 : varint();
    fields.push([number, bytes.subarray(at, at + length), 0]);
    at += length;
  }
  return fields;
}

function eventIn(bytes: Buffer): ReadEvent {
  const fields = fieldsIn(bytes);
  const field = (number: number) => fields.find(([each]) => each === number);
  const summary = field(5);
  const session = field(7);
  const version = field(3);
  return {
    wallTime: field(1)![1].readDoubleLE(),
    step: field(2)?.[2] ?? 0,
    ...(version && { version: version[1].toString() }),
    ...(session && { session: fieldsIn(session[1])[0][2] }),
    scalars: (summary ? fieldsIn(summary[1]) : []).map(([, value]) => {
      const [tag, simple] = fieldsIn(value);
      return [tag[1].toString(), simple[1].readFloatLE()] as const;
    }),
  };
}
