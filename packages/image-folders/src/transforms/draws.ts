import type { PixelRandom } from '@evenkeel/datasets-lt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** How many numbers of a row's stream an image takes: the state of the generator that all of its draws come from. */
export const SEED_WORDS = 4;

/**
 * The generator of one image, begun with four numbers of its row's stream. How many draws an image needs depends on its size,
 * which only the thread that decodes it knows; so that thread gets a generator, xoroshiro128+, and not the stream itself.
 */
export function seededDraws(seed: ArrayLike<number>): PixelRandom {
  const words: number[] = Array.from(seed, (word) => word | 0);
  // The one state that gives zeros for ever.
  if (!words.some((word) => word !== 0)) words[0] = 1;
  const generator = xoroshiro128plusFromState(words);
  const uint32 = (): number => generator.next() >>> 0;
  return {
    uint32,
    uniform: () => ((uint32() >>> 5) * 0x400_0000 + (uint32() >>> 6)) / 0x20_0000_0000_0000,
    integer(limit) {
      const fair = 0x1_0000_0000 - (0x1_0000_0000 % limit);
      let draw = uint32();
      while (draw >= fair) draw = uint32();
      return Math.floor(draw / (fair / limit)); // by the upper bits, which are this generator's best
    },
  };
}
