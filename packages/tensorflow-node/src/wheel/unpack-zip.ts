import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';

/** What is taken from an archive. */
export interface UnpackOptions {
  /** The place of a member inside the folder, undefined to leave it out. */
  readonly place: (member: string) => string | undefined;
  /** The most bytes that may come of it; more are refused before anything is written. */
  readonly mostBytes: number;
  readonly signal?: AbortSignal;
  /** Hears, after each member, how many of the wanted bytes are written. */
  readonly onBytes?: (done: number, total: number) => void;
}

/**
 * Unpacks chosen members of a zip file into `folder` and returns how many there were. Nothing is written outside the
 * folder: a name or a place that leads out of it, a member that is a link, one that is longer than it says, and more bytes than
 * expected end the work with an Error.
 */
export async function unpackZip(file: string, folder: string, options: UnpackOptions): Promise<number> {
  const archive = await openPromise(file, { autoClose: false, validateEntrySizes: true });
  try {
    const chosen: { entry: Entry; target: string }[] = [];
    for await (const entry of archive.eachEntry()) {
      const place = entry.fileName.endsWith('/') ? undefined : options.place(entry.fileName);
      if (place !== undefined) chosen.push({ entry, target: safeTarget(folder, place, entry) });
    }
    const total = chosen.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    if (total > options.mostBytes) {
      throw new Error(`its members have ${total} bytes, expected ${options.mostBytes} at most`);
    }
    let done = 0;
    for (const { entry, target } of chosen) {
      await mkdir(dirname(target), { recursive: true });
      const source = await archive.openReadStreamPromise(entry);
      source.on('data', (chunk: Buffer) => options.onBytes?.((done += chunk.length), total));
      const sink = createWriteStream(target, { flags: 'wx', mode: isProgram(entry) ? 0o755 : 0o644 });
      await pipeline(source, sink, { signal: options.signal });
    }
    return chosen.length;
  } finally {
    archive.close();
  }
}

const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

function isProgram(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o100) !== 0;
}

function safeTarget(folder: string, place: string, entry: Entry): string {
  const target = resolve(folder, place);
  const inside = relative(folder, target);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside) {
    throw new Error(`member '${entry.fileName}' leads out of the folder`);
  }
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK) {
    throw new Error(`member '${entry.fileName}' is a link`);
  }
  return target;
}
