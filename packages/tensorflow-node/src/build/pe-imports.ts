import { open, type FileHandle } from 'node:fs/promises';

const MOST_SECTIONS = 96;
const MOST_LIBRARIES = 1000;
const MOST_NAMES = 10_000;

/**
 * The names that a 64-bit library of Windows imports from another (such as `python311.dll`), from its import table; none where it does
 * not ask for it. Of the file only the tables are read.
 * Throws Error for a file that is no such library.
 */
export async function peImports(file: string, library: string): Promise<readonly string[]> {
  const handle = await open(file);
  try {
    const image = await openImage(handle);
    for (let at = 0; at < MOST_LIBRARIES; at++) {
      const entry = await image.read(image.imports + 20 * at, 20);
      const [thunks, name] = [entry.readUInt32LE(0), entry.readUInt32LE(12)];
      if (name === 0) return [];
      if ((await image.text(name)).toLowerCase() === library.toLowerCase())
        return await namesIn(image, thunks);
    }
    return [];
  } finally {
    await handle.close();
  }
}

/** A library as it lies in memory: addresses are relative to its start. */
interface Image {
  readonly imports: number;
  read(address: number, length: number): Promise<Buffer>;
  text(address: number): Promise<string>;
}

async function openImage(handle: FileHandle): Promise<Image> {
  const start = async (from: number, length: number): Promise<Buffer> =>
    (await handle.read(Buffer.alloc(length), 0, length, from)).buffer;
  const pe = (await start(0x3c, 4)).readUInt32LE(0);
  const header = await start(pe, 24 + 240);
  if (header.toString('latin1', 0, 4) !== 'PE\0\0' || header.readUInt16LE(24) !== 0x20b)
    throw new Error('it is no 64-bit library of Windows');
  const [count, optional] = [header.readUInt16LE(6), header.readUInt16LE(20)];
  const table = await start(pe + 24 + optional, 40 * Math.min(count, MOST_SECTIONS));
  const sections = Array.from({ length: table.length / 40 }, (_, at) => ({
    address: table.readUInt32LE(40 * at + 12),
    size: table.readUInt32LE(40 * at + 16),
    place: table.readUInt32LE(40 * at + 20),
  }));
  const read = (address: number, length: number): Promise<Buffer> => {
    const section = sections.find((each) => address >= each.address && address < each.address + each.size);
    if (section === undefined) throw new Error(`its address ${address} is in no section`);
    return start(section.place + address - section.address, length);
  };
  const text = async (address: number): Promise<string> => {
    const bytes = await read(address, 256);
    return bytes.toString('latin1', 0, Math.max(0, bytes.indexOf(0)));
  };
  return { imports: header.readUInt32LE(24 + 112 + 8), read, text };
}

async function namesIn({ read, text }: Image, thunks: number): Promise<readonly string[]> {
  const names: string[] = [];
  for (let at = 0; at < MOST_NAMES; at++) {
    const thunk = (await read(thunks + 8 * at, 8)).readBigUInt64LE(0);
    if (thunk === 0n) break;
    if (thunk >> 63n === 0n) names.push(await text(Number(thunk) + 2)); // else an ordinal number
  }
  return names;
}
