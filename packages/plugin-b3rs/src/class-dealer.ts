import { Deck } from '@evenkeel/trainer-core';
import type { RandomStream } from '@evenkeel/trainer-core';
import { roundQuotas } from './round-quotas.js';

/** Deals indices of training examples, one at a time. */
export interface Dealer {
  deal(): number;
}

/**
 * Deals `draws` images of a block whose classes have these shares: rounds of as many places as the block has classes,
 * each class with its share of the places rounded down or up (`roundQuotas`), in shuffled order; the images of a class
 * come from its own shuffled deck. With equal shares every class comes once per round.
 *
 * @param imagesByClass Images of every class of the block.
 * @param shares Share of every class within the block, summing to 1.
 */
export class ClassDealer implements Dealer {
  readonly #decks: readonly Deck[];
  readonly #quotas: Int32Array;
  readonly #round: Int32Array;
  readonly #random: RandomStream;
  #dealt = 0;

  constructor(
    imagesByClass: readonly Int32Array[],
    shares: Float64Array,
    draws: number,
    random: RandomStream,
  ) {
    const classes = shares.length;
    const places = shares.map((share) => share * classes);
    this.#decks = imagesByClass.map((images) => new Deck(images, random));
    this.#quotas = roundQuotas(places, Math.ceil(draws / classes), random);
    this.#round = new Int32Array(classes);
    this.#random = random;
  }

  deal(): number {
    const place = this.#dealt % this.#round.length;
    if (place === 0) this.#shuffleRound(this.#dealt);
    this.#dealt++;
    return this.#decks[this.#round[place]].deal();
  }

  #shuffleRound(start: number): void {
    let next = 0;
    for (let c = 0; c < this.#round.length; c++) {
      const end = next + this.#quotas[start + c];
      this.#round.fill(c, next, end);
      next = end;
    }
    this.#random.shuffle(this.#round);
  }
}
