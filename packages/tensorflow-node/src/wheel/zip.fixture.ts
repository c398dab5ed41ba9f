import { crc32 } from 'node:zlib';

/** A member of a made zip file; `mode` are the Unix bits, such as 0o120777 for a link. */
export interface ZipMember {
  readonly name: string;
  readonly text: string;
  readonly mode?: number;
}

/** The bytes of a zip file with these members, stored and not checked for names that no tool would write. */
export function zipOf(members: readonly ZipMember[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, mode = 0o100644 } of members) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed; flags, method (stored) and time stay 0
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, tail, path]));
    files.push(file);
    offset += file.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, ...directory, Buffer.from('PK\x05\x06'), end]);
}

/** A made wheel with the members that a TensorFlow wheel must have, and some that are not wanted. */
export const WHEEL_MEMBERS: readonly ZipMember[] = [
  { name: 'tensorflow/libtensorflow_cc.so.2', text: 'library' },
  { name: 'tensorflow/libtensorflow_framework.so.2', text: 'framework' },
  { name: 'tensorflow/include/tensorflow/c/c_api.h', text: 'header' },
  { name: 'tensorflow/include/external/other/other.h', text: 'not wanted' },
  { name: 'tensorflow/python/framework.py', text: 'not wanted' },
];
