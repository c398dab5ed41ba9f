import type { RandomStream } from '@evenkeel/trainer-core';

const ONE = 2 ** 30;

/**
 * Quotas as they were computed at first: entry by entry along mates that were written down, for comparison. Takes twelve bytes
 * and more time for every entry.
 */
export function quotasByMates(expected: Float64Array, rows: number, random: RandomStream): Int32Array {
  const units = wholeUnits(expected);
  const columns = units.length;
  const fractions = new Int32Array(rows * columns);
  for (let i = 0; i < fractions.length; i++) fractions[i] = units[i % columns] % ONE;
  const used = fractions.subarray(0, columns).reduce((bits, fraction) => bits | fraction, 0);
  const rounder = new BitRounder(fractions, columns, random);
  for (let bit = used & -used; bit > 0 && bit < ONE; bit *= 2) rounder.round(bit);
  return fractions.map((fraction, i) => Math.floor(units[i % columns] / ONE) + fraction / ONE);
}

/** Expectations as multiples of 2^-30 whose sum is whole; what rounding loses goes to the largest. */
function wholeUnits(expected: Float64Array): Float64Array {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const units = expected.map((value) => Math.round(value * ONE));
  units[units.indexOf(Math.max(...units))] += Math.round(sum(expected)) * ONE - sum(units);
  return units;
}

/** Rounds all entries of a matrix at one binary place, up and down in pairs. */
class BitRounder {
  readonly #values: Int32Array;
  readonly #columns: number;
  readonly #random: RandomStream;
  readonly #rowMate: Int32Array;
  readonly #columnMate: Int32Array;
  readonly #open: Int32Array;

  constructor(values: Int32Array, columns: number, random: RandomStream) {
    this.#values = values;
    this.#columns = columns;
    this.#random = random;
    this.#rowMate = new Int32Array(values.length);
    this.#columnMate = new Int32Array(values.length);
    this.#open = new Int32Array(columns);
  }

  /** Makes every entry a multiple of `2 · bit`; they are multiples of `bit` already. */
  round(bit: number): void {
    this.#pair(bit);
    for (let start = 0; start < this.#values.length; start++) {
      if ((this.#values[start] & bit) === 0) continue;
      // One coin for everything that hangs together: the start, and both ways to go from it.
      const step = this.#random.uint32() & 1 ? bit : -bit;
      this.#values[start] += step;
      this.#walk(this.#rowMate[start], this.#rowMate, -step, bit);
      this.#walk(this.#columnMate[start], this.#columnMate, -step, bit);
    }
  }

  /** Rounds along alternating row and column pairs, up and down in turn, until the chain ends or closes. */
  #walk(from: number, cameBy: Int32Array, step: number, bit: number): void {
    let mates = cameBy;
    for (let at = from; at >= 0 && (this.#values[at] & bit) !== 0; at = mates[at]) {
      this.#values[at] += step;
      step = -step;
      mates = mates === this.#rowMate ? this.#columnMate : this.#rowMate;
    }
  }

  /** Pairs neighbouring odd entries along every row and every column; -1 marks the one left over. */
  #pair(bit: number): void {
    const values = this.#values;
    this.#open.fill(-1);
    let openInRow = -1;
    for (let at = 0, column = 0; at < values.length; at++, column++) {
      if (column === this.#columns) {
        column = 0;
        openInRow = -1;
      }
      if ((values[at] & bit) === 0) continue;
      openInRow = link(this.#rowMate, openInRow, at);
      this.#open[column] = link(this.#columnMate, this.#open[column], at);
    }
  }
}

/** Pairs `at` with the open entry, or leaves it open; returns what is open now. */
function link(mates: Int32Array, open: number, at: number): number {
  mates[at] = open;
  if (open < 0) return at;
  mates[open] = at;
  return -1;
}
