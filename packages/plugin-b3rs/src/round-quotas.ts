import type { RandomStream } from '@evenkeel/trainer-core';

/** Binary places that a fractional quota is kept to. */
const BITS = 30;
const ONE = 2 ** BITS;

/**
 * Whole quotas for `rows` draws that each expect `expected` images per block, `[rows, blocks]` row by row:
 * - every row sums to the sum of `expected`, which must be whole;
 * - every entry is its expectation rounded down or up, and on average over streams exactly its expectation;
 * - over the first r rows, for every r, a block's sum differs from r times its expectation by less than 1; over any run
 *   of rows, therefore, by less than 2.
 *
 * Expectations are kept to 2^-30. Source: B. Doerr, T. Friedrich, C. Klein, R. Osbild, "Unbiased Matrix Rounding", SWAT
 * 2006 (the randomised version): bit by bit from the lowest, odd entries are paired along rows and along columns,
 * and of every pair one is rounded up and the other down.
 *
 * @param expected Images per row and block, `[blocks]`, not negative.
 */
export function roundQuotas(expected: Float64Array, rows: number, random: RandomStream): Int32Array {
  const units = wholeUnits(expected);
  const whole = units.map((unit) => Math.floor(unit / ONE));
  const fractions = Int32Array.from(units, (unit) => unit % ONE);
  const used = fractions.reduce((bits, fraction) => bits | fraction, 0);
  const rounder = new BitRounder(rows, fractions, random);
  for (let bit = used & -used; bit > 0 && bit < ONE; bit *= 2) rounder.round(bit);
  const quotas = new Int32Array(rows * units.length);
  for (let at = 0, row = 0; row < rows; row++)
    for (let column = 0; column < units.length; column++, at++)
      quotas[at] = whole[column] + rounder.raised[at];
  return quotas;
}

/** Expectations as multiples of 2^-30 whose sum is whole; what rounding loses goes to the largest. */
function wholeUnits(expected: Float64Array): Float64Array {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const units = expected.map((value) => Math.round(value * ONE));
  units[units.indexOf(Math.max(...units))] += Math.round(sum(expected)) * ONE - sum(units);
  return units;
}

/**
 * Rounds a matrix with one fraction per column, binary place by binary place. After every place an entry is its expectation
 * cut off there, or one more: a bit for each entry is all that is kept.
 *
 * Entries that are paired, along rows and columns in turn, hang together as a chain and are rounded up and down in turn. Which
 * entries those are is found in one walk over the matrix: an entry belongs to the chain of the entry that it is paired with,
 * and joins two where it is paired twice. A second walk, with a coin for every chain, rounds.
 */
class BitRounder {
  /** 1 where an entry is rounded up so far, `[rows, columns]`. */
  readonly raised: Uint8Array;
  readonly #rows: number;
  readonly #fractions: Int32Array;
  readonly #random: RandomStream;
  readonly #bits: Uint8Array;
  /** By column: the entry that waits for its mate, as the chain that it belongs to; -1 where none does. */
  readonly #open: Int32Array;
  readonly #chains = new Chains();

  constructor(rows: number, fractions: Int32Array, random: RandomStream) {
    this.raised = new Uint8Array(rows * fractions.length);
    this.#rows = rows;
    this.#fractions = fractions;
    this.#random = random;
    this.#bits = new Uint8Array(fractions.length);
    this.#open = new Int32Array(fractions.length);
  }

  /** Makes every entry a multiple of `2 · bit`; they are multiples of `bit` already. */
  round(bit: number): void {
    this.#fractions.forEach((fraction, column) => {
      this.#bits[column] = fraction & bit ? 1 : 0;
    });
    this.#chains.clear();
    this.#walk(false);
    const ups = this.#chains.toss(this.#random);
    this.#walk(true, ups);
  }

  /** Finds the chains; or, with a direction for every part of a chain, rounds its entries. Both number parts alike. */
  #walk(rounds: false): void;
  #walk(rounds: true, ups: Uint8Array): void;
  #walk(rounds: boolean, ups?: Uint8Array): void {
    const [raised, bits, open, chains] = [this.raised, this.#bits, this.#open, this.#chains];
    const columns = bits.length;
    let parts = 0;
    open.fill(-1);
    for (let row = 0, at = 0; row < this.#rows; row++) {
      let left = -1;
      for (let column = 0; column < columns; column++, at++) {
        if (bits[column] === raised[at]) continue;
        const above = open[column];
        let place: number;
        if (left >= 0) place = left ^ 1;
        else if (above >= 0) place = above ^ 1;
        else place = 2 * parts++;
        if (rounds) raised[at] = ups![place >> 1] ^ (place & 1);
        else if (left < 0 && above < 0) chains.begin();
        else if (left >= 0 && above >= 0) chains.join(place, above ^ 1);
        left = left >= 0 ? -1 : place;
        open[column] = above >= 0 ? -1 : place;
      }
    }
  }
}

/**
 * Chains of entries as parts that turn out to be one (a union-find with parity). A place is twice the number of a part,
 * plus 1 where the entry goes the other way than the first one of the part.
 */
class Chains {
  /** Of every part, the place that its first entry has in an earlier part, or its own. */
  #parents = new Int32Array(1024);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Begins a part. */
  begin(): void {
    if (this.#count === this.#parents.length) {
      const more = new Int32Array(2 * this.#count);
      more.set(this.#parents);
      this.#parents = more;
    }
    this.#parents[this.#count] = 2 * this.#count;
    this.#count++;
  }

  /** Notes that two places are those of one entry. */
  join(one: number, other: number): void {
    const [a, b] = [this.#find(one), this.#find(other)];
    if (a >> 1 === b >> 1) return;
    const way = (a ^ b) & 1;
    if (a < b) this.#parents[b >> 1] = ((a >> 1) << 1) | way;
    else this.#parents[a >> 1] = ((b >> 1) << 1) | way;
  }

  /** For every part, whether its first entry goes up: a coin for each chain, in the order of their first entries. */
  toss(random: RandomStream): Uint8Array {
    const ups = new Uint8Array(this.#count);
    for (let part = 0; part < this.#count; part++) {
      const parent = this.#parents[part];
      ups[part] = parent >> 1 === part ? random.uint32() & 1 : ups[parent >> 1] ^ (parent & 1);
    }
    return ups;
  }

  /** The place in the earliest part of the chain. */
  #find(place: number): number {
    const parents = this.#parents;
    let [part, way] = [place >> 1, place & 1];
    for (let parent = parents[part]; parent >> 1 !== part; parent = parents[part]) {
      const next = parents[parent >> 1] ^ (parent & 1);
      parents[part] = next;
      way ^= next & 1;
      part = next >> 1;
    }
    return 2 * part + way;
  }
}
