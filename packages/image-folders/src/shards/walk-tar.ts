import { type FileHandle, open } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { imageErrors } from '../errors.js';

/** One file in a tar file. */
export interface TarMember {
  readonly path: string;
  /** Of its first byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

const BLOCK = 512;
/** A name, or a header of names, is not longer. */
const LONGEST_TEXT = 1 << 20;
/** Headers of small members come with one read, and the bytes of large ones are passed over. */
const AHEAD = 1 << 18;

/**
 * The files of a tar file in their order, found by its headers alone (ustar, pax and GNU long names). A file that ends without
 * the block of zeros that ends every archive was cut. Throws `IMAGES_NOT_FOUND` or `IMAGES_BAD_SHARD`.
 */
export async function* walkTar(file: string): AsyncGenerator<TarMember> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw imageErrors.NOT_FOUND({ what: 'a tar file', path: file, reason }, { cause });
  });
  try {
    const { size } = await handle.stat();
    const reader = new BlockReader(handle);
    let named: { path?: string; size?: number } = {};
    for (let at = 0; at + BLOCK <= size;) {
      const header = headerOf(await reader.bytes(at, BLOCK));
      if (header?.nullBlock) return;
      const expected = `a tar header at byte ${at}`;
      if (!header?.cksumValid) throw imageErrors.BAD_SHARD({ file, expected, found: 'something else' });
      const offset = at + BLOCK;
      const length = named.size ?? header.size ?? 0;
      if (!Number.isSafeInteger(length) || length < 0) {
        throw imageErrors.BAD_SHARD({ file, expected: `a length at byte ${at}`, found: String(length) });
      }
      if (offset + length > size) {
        const whole = `${length} bytes of '${header.path ?? ''}' from byte ${offset} on`;
        throw imageErrors.BAD_SHARD({ file, expected: whole, found: `the end at byte ${size}` });
      }
      at = offset + Math.ceil(length / BLOCK) * BLOCK;
      const text = async () => {
        const found = `${length} bytes of it`;
        if (length > LONGEST_TEXT)
          throw imageErrors.BAD_SHARD({ file, expected: `a name at byte ${offset}`, found });
        return Buffer.from(await reader.bytes(offset, length)).toString('utf8');
      };
      if (header.type === 'ExtendedHeader') {
        const { path, size: long } = Pax.parse(await text());
        named = { ...named, ...(path !== undefined && { path }), ...(long !== undefined && { size: long }) };
      } else if (header.type === 'NextFileHasLongPath') {
        named = { ...named, path: (await text()).replace(/\0.*$/s, '') };
      } else if (header.type !== 'GlobalExtendedHeader') {
        const path = named.path ?? header.path ?? '';
        named = {};
        if (header.type === 'File' || header.type === 'OldFile') yield { path, offset, length };
      }
    }
    const expected = 'a block of zeros at its end';
    throw imageErrors.BAD_SHARD({ file, expected, found: `${size} bytes without one: it was cut` });
  } finally {
    await handle.close();
  }
}

/** Undefined for numbers that no header has. */
function headerOf(bytes: Uint8Array): Header | undefined {
  try {
    return new Header(Buffer.from(bytes), 0);
  } catch {
    return undefined;
  }
}

/** Reads a file from front to back, with a margin. */
class BlockReader {
  readonly #handle: FileHandle;
  #start = 0;
  #bytes = new Uint8Array(0);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async bytes(from: number, length: number): Promise<Uint8Array> {
    const inside = from >= this.#start && from + length <= this.#start + this.#bytes.length;
    if (!inside) {
      const buffer = new Uint8Array(Math.max(AHEAD, length));
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, from);
      this.#start = from;
      this.#bytes = buffer.subarray(0, bytesRead);
    }
    return this.#bytes.subarray(from - this.#start, from - this.#start + length);
  }
}
