import { type FileHandle, open, readFile } from 'node:fs/promises';
import { imageErrors } from '../errors.js';
import type { ImagePlace } from '../listing/image-table.js';

/** Shards that one reader keeps open. */
const OPEN_SHARDS = 8;

/** Reads the bytes of images; holds at most eight files open, and one more for every read of a loose file under way. */
export class BytesReader {
  /** In the order of their last use. */
  readonly #shards = new Map<string, Promise<FileHandle>>();

  /**
   * The bytes of one image; a read that gives nothing for `seconds` is an error. Throws `IMAGES_UNREADABLE`, `IMAGES_READ_TIMEOUT` or
   * `IMAGES_BAD_SHARD`.
   */
  async read(place: ImagePlace, image: string, seconds: number): Promise<Uint8Array> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(imageErrors.READ_TIMEOUT({ image, seconds })), seconds * 1000);
    });
    try {
      const read = place.length < 0 ? readFile(place.file) : this.#readPart(place);
      return await Promise.race([read, late]);
    } catch (cause) {
      if (!(cause instanceof Error && 'errno' in cause)) throw cause;
      throw imageErrors.UNREADABLE({ image, reason: cause.message }, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    const open = [...this.#shards.values()];
    this.#shards.clear();
    await Promise.all(open.map(async (shard) => (await shard).close()));
  }

  async #readPart({ file, offset, length }: ImagePlace): Promise<Uint8Array> {
    const handle = await this.#open(file);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) {
        const expected = `${length} bytes from byte ${offset} on`;
        throw imageErrors.BAD_SHARD({ file, expected, found: `${done} bytes` });
      }
      done += bytesRead;
    }
    return bytes;
  }

  #open(file: string): Promise<FileHandle> {
    const known = this.#shards.get(file);
    const handle = known ?? open(file, 'r');
    this.#shards.delete(file);
    this.#shards.set(file, handle);
    if (!known) {
      handle.catch(() => this.#shards.delete(file));
      this.#closeOldest();
    }
    return handle;
  }

  #closeOldest(): void {
    if (this.#shards.size <= OPEN_SHARDS) return;
    const [[file, handle]] = this.#shards;
    this.#shards.delete(file);
    // Reads under way have their place in the file system's queue already; Node closes behind them.
    void handle.then((shard) => shard.close()).catch(() => undefined);
  }
}
