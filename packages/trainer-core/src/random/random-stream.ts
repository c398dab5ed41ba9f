import { philox4x32 } from './philox.js';

/** A step of a stream's name. */
export type StreamPart = string | number;

/**
 * A named stream of random numbers. Streams of different names are independent, and drawing from one never shifts
 * another. The state is one counter, so a stream can be saved, restored and moved to any place.
 */
export interface RandomStream {
  /** An integer in 0 .. 2^32 - 1. */
  uint32(): number;
  /** A number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** An integer in 0 .. limit - 1, without bias; `limit` in 1 .. 2^32. */
  integer(limit: number): number;
  /** A standard normal number (Box-Muller, two draws of `uniform` each). */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<Values extends Int32Array | unknown[]>(values: Values): Values;
  /** The stream of this name and the further parts, at its beginning; this stream is left as it is. */
  fork(...parts: readonly StreamPart[]): RandomStream;
  /** Draws of uint32 so far; assigning moves the stream there. */
  position: number;
}

const block = new Uint32Array(4);

/** A key for `parts` below `key`, each part absorbed through Philox itself; strings as UTF-16, numbers as float64. */
function deriveKey(key0: number, key1: number, parts: readonly StreamPart[]): [number, number] {
  const number = new Float64Array(1);
  const halves = new Uint32Array(number.buffer);
  const absorb = (a: number, b: number, kind: number) => {
    philox4x32(block, a, b, kind, 0x5eed, key0, key1);
    [key0, key1] = block;
  };
  for (const part of parts) {
    if (typeof part === 'number') {
      number[0] = part;
      absorb(halves[0], halves[1], 1);
    } else {
      absorb(part.length, 0, 2);
      for (let i = 0; i < part.length; i += 2) absorb(part.charCodeAt(i), part.charCodeAt(i + 1) || 0, 3);
    }
  }
  return [key0, key1];
}

class PhiloxStream implements RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  /** The numbers of one block, of which `#next` is the first that was not drawn. */
  readonly #numbers = new Uint32Array(4);
  #block = -1;
  #next = 4;

  constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  get position(): number {
    return 4 * this.#block + this.#next;
  }

  set position(position: number) {
    this.#next = position % 4;
    this.#compute((position - this.#next) / 4);
  }

  #compute(block: number): void {
    this.#block = block;
    philox4x32(this.#numbers, block >>> 0, Math.floor(block / 0x1_0000_0000), 0, 0, this.#key0, this.#key1);
  }

  uint32(): number {
    if (this.#next === 4) {
      this.#compute(this.#block + 1);
      this.#next = 0;
    }
    return this.#numbers[this.#next++];
  }

  uniform(): number {
    return ((this.uint32() >>> 5) * 0x400_0000 + (this.uint32() >>> 6)) / 0x20_0000_0000_0000;
  }

  integer(limit: number): number {
    let draw = this.uint32();
    // Only the last few numbers can be unfair; looking there alone saves a slow remainder.
    if (draw >= 0x1_0000_0000 - limit) {
      const fair = 0x1_0000_0000 - (0x1_0000_0000 % limit);
      while (draw >= fair) draw = this.uint32();
    }
    return draw - Math.floor(draw / limit) * limit; // the remainder, exact below 2^53
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  shuffle<Values extends Int32Array | unknown[]>(values: Values): Values {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = values[i];
      values[i] = values[j];
      values[j] = held;
    }
    return values;
  }

  fork(...parts: readonly StreamPart[]): RandomStream {
    return new PhiloxStream(...deriveKey(this.#key0, this.#key1, parts));
  }
}

/**
 * The stream of a seed and a name, at its beginning. The same arguments give the same numbers on every machine.
 *
 * @example
 * const random = createRandom(1, 'b3rs', epoch);
 * random.integer(10);
 */
export function createRandom(seed: number, ...name: readonly StreamPart[]): RandomStream {
  return new PhiloxStream(...deriveKey(0x65766e6b, 0x65656c21, [seed, ...name]));
}
