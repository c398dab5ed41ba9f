import { mersenne } from 'pure-rand/generator/mersenne';

/** NumPy's legacy generator, as far as choosing subsets needs it. */
export interface NumpyRandom {
  /** Shuffles in place and returns the same array. */
  shuffle(values: Int32Array): Int32Array;
}

/**
 * The generator behind `np.random.seed(seed)`, whose `shuffle` orders an array exactly as `np.random.shuffle` does:
 * MT19937 and, per place, 32-bit draws masked to the next power of two and rejected above the place.
 * `seed` is an integer in 0 .. 2^32 - 1.
 */
export function numpyRandom(seed: number): NumpyRandom {
  const generator = mersenne(seed);
  return {
    shuffle(values) {
      for (let place = values.length - 1; place > 0; place--) {
        const mask = 0xffffffff >>> Math.clz32(place);
        let other = generator.next() & mask;
        while (other > place) other = generator.next() & mask;
        const held = values[place];
        values[place] = values[other];
        values[other] = held;
      }
      return values;
    },
  };
}
