import type { RandomStream } from '@evenkeel/trainer-core';
import { roundQuotas } from './round-quotas.js';

/** Entries of a matrix up to which all batches are rounded together, 30 binary places of each: some tenth of a second. */
const MOST_ENTRIES = 2 ** 18;

/** Quotas of some batches, those of 0 left out: the entries of batch b are numbers `starts[b] .. starts[b + 1] - 1`. */
interface Quotas {
  readonly starts: Int32Array;
  /** Ascending within a batch. */
  readonly blocks: Int32Array;
  readonly quotas: Int32Array;
}

/**
 * The quotas of an epoch, batch by batch. Where batches × blocks is at most `mostEntries` they are those of `roundQuotas`. Otherwise
 * `roundQuotas` rounds groups of 2^k batches, with k as small as that allows, and groups are halved down to batches when they are
 * asked for: of a block's images each half gets half, and of the blocks whose number is odd, every second one by a coin gets
 * one more in the first half and its neighbour in the second. So, in every case,
 * - every batch is full, every quota is its expectation rounded down or up, and on average exactly its expectation;
 * - over the first batches up to the end of any group, a block's images differ from their expectation by less than 1;
 * - over the first batches up to any other, by less than 1.2 + k / 3.
 *
 * The first two hold since halves of numbers are rounded down or up; the third since the error in the middle is at most the
 * mean of those at both ends, and 1/2. Source: ours.
 */
export class BatchQuotas {
  /** Images of every block over all groups, `[blocks]`: a last group has its 2^k batches, also where fewer are asked for. */
  readonly draws: Int32Array;
  /** Batches that are rounded together, 2^k. */
  readonly groupSize: number;
  readonly #groups: Int32Array;
  readonly #random: RandomStream;
  #group: Quotas = quotasOf(new Int32Array(0));
  #batch = 0;

  /**
   * @param expected Images per batch and block, `[blocks]`, with a whole sum.
   * @param random Draws for the groups at once, and for the batches of a group when its first one is asked for.
   */
  constructor(expected: Float64Array, batches: number, random: RandomStream, mostEntries = MOST_ENTRIES) {
    let size = 1;
    while (size < batches && Math.ceil(batches / size) * expected.length > mostEntries) size *= 2;
    const inGroup = expected.map((images) => images * size);
    this.#groups = roundQuotas(inGroup, Math.ceil(batches / size), random);
    this.#random = random;
    this.groupSize = size;
    this.draws = new Int32Array(expected.length);
    for (let at = 0; at < this.#groups.length; at += expected.length)
      for (let block = 0; block < expected.length; block++) this.draws[block] += this.#groups[at + block];
  }

  /** Calls back for every block in the next batch, ascending; not more often than there are batches. */
  next(visit: (block: number, quota: number) => void): void {
    const place = this.#batch % this.groupSize;
    if (place === 0) this.#openGroup(this.#batch / this.groupSize);
    this.#batch++;
    const { starts, blocks, quotas } = this.#group;
    for (let at = starts[place]; at < starts[place + 1]; at++) visit(blocks[at], quotas[at]);
  }

  #openGroup(group: number): void {
    const start = group * this.draws.length;
    let quotas = quotasOf(this.#groups.subarray(start, start + this.draws.length));
    for (let size = this.groupSize; size > 1; size /= 2) quotas = halved(quotas, this.#random);
    this.#group = quotas;
  }
}

/** The quotas of one batch, or of a group taken as one, from an entry for every block. */
function quotasOf(row: Int32Array): Quotas {
  const blocks = row.map((_, block) => block).filter((block) => row[block] > 0);
  return { starts: Int32Array.of(0, blocks.length), blocks, quotas: row.filter((quota) => quota > 0) };
}

/** Two batches in place of each. Its sum is even, and so is the number of odd quotas. */
function halved({ starts, blocks, quotas }: Quotas, random: RandomStream): Quotas {
  const first = firstHalves(quotas, random);
  const entries = quotas.reduce((sum, quota) => sum + (quota === 1 ? 1 : 2), 0);
  const half = {
    starts: new Int32Array(2 * starts.length - 1),
    blocks: new Int32Array(entries),
    quotas: new Int32Array(entries),
  };
  let count = 0;
  for (let part = 0; part < half.starts.length - 1; part++) {
    const batch = part >> 1;
    for (let at = starts[batch]; at < starts[batch + 1]; at++) {
      const quota = part % 2 === 0 ? first[at] : quotas[at] - first[at];
      if (quota === 0) continue;
      half.blocks[count] = blocks[at];
      half.quotas[count++] = quota;
    }
    half.starts[part + 1] = count;
  }
  return half;
}

/**
 * Halves of quotas, the odd ones rounded up and down in pairs, by coins. As the odd ones of a batch are even in number, pairs lie
 * within batches.
 */
function firstHalves(quotas: Int32Array, random: RandomStream): Int32Array {
  const halves = new Int32Array(quotas.length);
  let waits = false;
  let coin = 0;
  for (let at = 0; at < quotas.length; at++) {
    halves[at] = quotas[at] >> 1;
    if (quotas[at] % 2 === 0) continue;
    coin = waits ? 1 - coin : random.uint32() & 1;
    waits = !waits;
    halves[at] += coin;
  }
  return halves;
}
