import type { KernelMemory } from '../kernels/kernel-memory.js';
import type { PlacedImage } from './resample.js';

/** Makes the network's numbers of RGB bytes: (byte / 255 − mean) / std, channel by channel. */
export class Normaliser {
  /** `[3, 256]`: what becomes of each byte. */
  readonly #tables: Uint8Array;

  /** `mean` and `std`: `[3]`, of pixels scaled to 0 .. 1. */
  constructor(mean: readonly number[], std: readonly number[]) {
    const tables = Float32Array.from(
      { length: 3 * 256 },
      (_, place) => ((place & 255) / 255 - mean[place >> 8]) / std[place >> 8],
    );
    this.#tables = new Uint8Array(tables.buffer);
  }

  /** Writes an image without gaps between its rows, `[height, width, 3]`, turned left to right with `mirrored`. */
  write(memory: KernelMemory, image: PlacedImage, mirrored: boolean, output: Float32Array): void {
    const tables = memory.put(this.#tables);
    const to = memory.take(4 * output.length);
    memory.call.normalise(image.at, image.width, image.height, tables, Number(mirrored), to);
    output.set(memory.floats(to, output.length));
  }
}
