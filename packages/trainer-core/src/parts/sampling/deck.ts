import { optionErrors } from '../../errors/option-errors.js';
import type { RandomStream } from '../../random/random-stream.js';

/**
 * Deals indices without replacement from a shuffled deck and reshuffles when it is exhausted, so that over any run of
 * draws no index is dealt twice before every index was dealt once since the last shuffle.
 */
export class Deck {
  readonly #cards: Int32Array;
  readonly #random: RandomStream;
  #next: number;

  /** Copies `indices`; every shuffle draws from `random`. */
  constructor(indices: Int32Array, random: RandomStream) {
    this.#cards = indices.slice();
    this.#random = random;
    this.#next = indices.length;
  }

  /** Number of cards. */
  get size(): number {
    return this.#cards.length;
  }

  /** The next index; throws TRAINER_OPTION_EMPTY_DECK when the deck has no cards. */
  deal(): number {
    if (this.#next === this.#cards.length) {
      if (this.size === 0) throw optionErrors.EMPTY_DECK({ cards: 0 });
      this.#random.shuffle(this.#cards);
      this.#next = 0;
    }
    return this.#cards[this.#next++];
  }
}
