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
  const quotas = new Int32Array(rows * units.length);
  for (let at = 0; at < quotas.length; at += units.length) quotas.set(whole, at);
  if (used === 0) return quotas;
  const rounder = new BitRounder(rows, fractions, random);
  for (let bit = used & -used; bit < ONE; bit *= 2) rounder.round(bit);
  rounder.raised.forEach((raised, at) => (quotas[at] += raised));
  return quotas;
}

/** Expectations as multiples of 2^-30 whose sum is whole; what rounding loses goes to the largest. */
function wholeUnits(expected: Float64Array): Float64Array {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const units = expected.map((value) => Math.round(value * ONE));
  const largest = units.reduce((one, other) => Math.max(one, other), 0);
  units[units.indexOf(largest)] += Math.round(sum(expected)) * ONE - sum(units);
  return units;
}

/**
 * Rounds a matrix with one fraction per column, binary place by binary place. After every place an entry is its expectation
 * cut off there, or one more: a bit for each entry is all that is kept between places.
 *
 * Entries that are paired, along rows and columns in turn, hang together as a chain and are rounded up and down in turn. A walk
 * over the odd entries finds the chains: an entry belongs to the chain of the entry that it is paired with, and joins two where
 * it is paired twice. Then there is a coin for every chain, in the order of their first entries.
 */
class BitRounder {
  /** 1 where an entry is rounded up so far, `[rows, columns]`. */
  readonly raised: Uint8Array;
  readonly #rows: number;
  readonly #fractions: Int32Array;
  readonly #random: RandomStream;
  readonly #bits: Uint8Array;
  /** By column: the entry that waits for its mate, as its place in a chain; -1 where none does. */
  readonly #open: Int32Array;
  /** The odd entries row by row, and the place of each in a chain. */
  readonly #odd: Int32Array;
  readonly #places: Int32Array;
  readonly #chains: Chains;

  constructor(rows: number, fractions: Int32Array, random: RandomStream) {
    const columns = fractions.length;
    this.raised = new Uint8Array(rows * columns);
    this.#rows = rows;
    this.#fractions = fractions;
    this.#random = random;
    this.#bits = new Uint8Array(columns);
    this.#open = new Int32Array(columns);
    this.#odd = new Int32Array(rows * columns + 1);
    this.#places = new Int32Array(rows * columns);
    this.#chains = new Chains(rows * Math.ceil(columns / 2));
  }

  /** Makes every entry a multiple of `2 · bit`; they are multiples of `bit` already. */
  round(bit: number): void {
    this.#fractions.forEach((fraction, column) => {
      this.#bits[column] = fraction & bit ? 1 : 0;
    });
    this.#chains.clear();
    this.#open.fill(-1);
    let count = 0;
    for (let row = 0; row < this.#rows; row++) {
      const end = this.#findOdd(row, count);
      this.#chain(row, count, end);
      count = end;
    }
    const ups = this.#chains.toss(this.#random);
    const [raised, odd, places] = [this.raised, this.#odd, this.#places];
    for (let i = 0; i < count; i++) raised[odd[i]] = ups[places[i] >> 1] ^ (places[i] & 1);
  }

  /** Writes down the odd entries of a row from number `count` on; gives their new number. No branch, since none could be foreseen. */
  #findOdd(row: number, count: number): number {
    const [raised, bits, odd] = [this.raised, this.#bits, this.#odd];
    const columns = bits.length;
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      odd[count] = at;
      count += bits[column] ^ raised[at];
    }
    return count;
  }

  /** Pairs the odd entries `from .. end - 1` of a row with one another and with those above. */
  #chain(row: number, from: number, end: number): void {
    const [odd, places, open, chains] = [this.#odd, this.#places, this.#open, this.#chains];
    const start = row * open.length;
    let i = from;
    for (; i + 1 < end; i += 2) {
      const [one, other] = [odd[i] - start, odd[i + 1] - start];
      const [above, otherAbove] = [open[one], open[other]];
      let place = otherAbove;
      if (above >= 0) {
        place = above ^ 1;
        if (otherAbove >= 0) chains.join(place, otherAbove);
      } else if (otherAbove < 0) place = chains.begin();
      places[i] = place;
      places[i + 1] = place ^ 1;
      open[one] = above < 0 ? place : -1;
      open[other] = otherAbove < 0 ? place ^ 1 : -1;
    }
    if (i === end) return;
    const last = odd[i] - start;
    const above = open[last];
    places[i] = above < 0 ? chains.begin() : above ^ 1;
    open[last] = above < 0 ? places[i] : -1;
  }
}

/**
 * Chains of entries as parts that turn out to be one (a union-find with parity). A place is twice the number of a part,
 * plus 1 where the entry goes the other way than the first one of the part.
 */
class Chains {
  /** Of every part, the place that its first entry has in an earlier part, or its own. */
  readonly #parents: Int32Array;
  readonly #ups: Uint8Array;
  #count = 0;

  /** Takes up to `most` parts. */
  constructor(most: number) {
    this.#parents = new Int32Array(most);
    this.#ups = new Uint8Array(most);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Begins a part; gives the place of its first entry. */
  begin(): number {
    const place = 2 * this.#count;
    this.#parents[this.#count++] = place;
    return place;
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
    const [parents, ups] = [this.#parents, this.#ups];
    for (let part = 0; part < this.#count; part++) {
      const parent = parents[part];
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
