import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A file of a native build as it was when the build was finished. */
export interface BuildFile {
  /** Within the folder of the build, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** As {@link sampledDigest} gives it. */
  readonly digest: string;
}

const WHOLE = 1 << 20;
const BLOCK = 4096;
const BLOCKS = 16;

/**
 * SHA-256 over a file's size and content, hexadecimal; of a file above 1 MB only over its first and last 64 KB and 16 blocks
 * of 4 KB spread evenly between, so that a library of 800 MB takes a millisecond. Cut, padded, replaced and overwritten files
 * are noticed; a single changed byte in the middle of a large one is not.
 */
export function sampledDigest(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const hash = createHash('sha256').update(`${size}\n`);
    for (const [from, length] of placesIn(size)) {
      const bytes = Buffer.alloc(length);
      hash.update(bytes.subarray(0, readSync(handle, bytes, 0, length, from)));
    }
    return hash.digest('hex');
  } finally {
    closeSync(handle);
  }
}

function placesIn(size: number): [from: number, length: number][] {
  if (size <= WHOLE) return [[0, size]];
  const edge = 16 * BLOCK;
  const between = Array.from({ length: BLOCKS }, (_, at): [number, number] => {
    const from = edge + Math.floor(((at + 0.5) / BLOCKS) * (size - 2 * edge));
    return [from, Math.min(BLOCK, size - from)];
  });
  return [[0, edge], ...between, [size - edge, edge]];
}

/** Addons that are named after their sources, and are added to a build later. */
const ADDED_LATER = /evenkeel-(ops|collectives)-/;

/** The libraries and addons of a native build, links and those that `without` matches left out. */
export function buildFiles(folder: string, without: RegExp = ADDED_LATER): readonly BuildFile[] {
  return ['deps', 'lib']
    .flatMap((part) => librariesIn(join(folder, part)))
    .filter((file) => !without.test(file))
    .sort()
    .map((file) => {
      const path = relative(folder, file).replaceAll('\\', '/');
      return { path, bytes: sizeOf(file) ?? 0, digest: sampledDigest(file) };
    });
}

/** What differs from the files that a build had, in words; undefined where nothing does. */
export function changedFile(folder: string, files: readonly BuildFile[]): string | undefined {
  for (const { path, bytes, digest } of files) {
    const file = join(folder, path);
    const found = sizeOf(file);
    if (found === undefined) return `'${path}' is missing`;
    if (found !== bytes) return `'${path}' has ${found} of ${bytes} bytes`;
    if (sampledDigest(file) !== digest) return `'${path}' has other content than it was built with`;
  }
  return undefined;
}

/**
 * What is wrong with a library or addon of Linux as far as its own header tells, undefined where nothing is: whether all of
 * it is there. Loading one that is cut short can end the process (SIGBUS) instead of with an error.
 */
export function cutLibrary(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is missing' : (error as Error).message;
  }
  try {
    const { size } = fstatSync(handle);
    const header = Buffer.alloc(64);
    const read = readSync(handle, header, 0, 64, 0);
    if (read < 64 || header.toString('latin1', 0, 4) !== '\x7fELF') return 'it is no library';
    const [programs, sections] = [Number(header.readBigUInt64LE(32)), Number(header.readBigUInt64LE(40))];
    const [programBytes, programCount] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    const ends = [
      programs + programBytes * programCount,
      sections + header.readUInt16LE(58) * header.readUInt16LE(60),
    ];
    const table = Buffer.alloc(Math.min(programBytes * programCount, 1 << 16));
    const there = readSync(handle, table, 0, table.length, Math.min(programs, size));
    for (let at = 0; programBytes >= 56 && at + programBytes <= there; at += programBytes) {
      ends.push(Number(table.readBigUInt64LE(at + 8)) + Number(table.readBigUInt64LE(at + 32)));
    }
    const end = Math.max(...ends);
    return end > size ? `it has ${size} of ${end} bytes` : undefined;
  } finally {
    closeSync(handle);
  }
}

function librariesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(node|so(\.[\d.]+)?|dylib|dll)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function sizeOf(file: string): number | undefined {
  try {
    const handle = openSync(file, 'r');
    try {
      return fstatSync(handle).size;
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}
