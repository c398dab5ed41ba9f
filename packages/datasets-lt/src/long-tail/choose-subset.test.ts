import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSubset } from './choose-subset.js';
import { numpyRandom } from './numpy-shuffle.js';
import { exponentialCounts } from './profiles.js';

/*
 * Golden values from NumPy 2.4:
 *
 *   labels = np.array([(7 * i + i // 3) % 10 for i in range(300)])
 *   counts = [int(20 * (1 / 10) ** (c / 9.0)) for c in range(10)]
 *   np.random.seed(seed)
 *   for cls, n in zip(np.unique(labels), counts):
 *       idx = np.where(labels == cls)[0]
 *       np.random.shuffle(idx)
 *       print(idx[:n].tolist())
 *
 *   np.random.seed(0)
 *   big = np.arange(5000); np.random.shuffle(big)
 *   print(big[:8].tolist(), big[-3:].tolist(), np.sum(big * np.arange(5000)))
 *   np.random.shuffle(big); print(np.sum(big * np.arange(5000)))
 */
const labels = Int32Array.from({ length: 300 }, (_, i) => (7 * i + Math.floor(i / 3)) % 10);
const counts = exponentialCounts({ largest: 20, classes: 10, imbalance: 10 });
const golden = {
  0: [
    [165, 150, 191, 30, 75, 116, 210, 86, 135, 221, 206, 266, 281, 15, 296, 225, 255, 120, 270, 60],
    [202, 262, 217, 22, 142, 277, 97, 127, 82, 67, 247, 292, 232, 187, 112],
    [18, 254, 168, 123, 104, 183, 74, 284, 243, 258, 44],
    [100, 145, 280, 220, 130, 190, 175, 25, 85],
    [186, 51, 182, 141, 272, 212, 96],
    [103, 298, 28, 193, 118],
    [39, 110, 230, 174],
    [211, 196, 256],
    [263, 297],
    [94, 4],
  ],
  4294967295: [
    [116, 15, 195, 150, 131, 251, 161, 225, 26, 221, 120, 11, 45, 60, 270, 296, 30, 281, 146, 71],
    [187, 112, 67, 52, 82, 247, 217, 157, 262, 142, 97, 277, 172, 7, 292],
    [228, 104, 48, 138, 93, 213, 33, 44, 74, 134, 179],
    [70, 220, 250, 175, 100, 115, 295, 55, 235],
    [227, 2, 111, 287, 6, 137, 51],
    [208, 253, 223, 28, 238],
    [39, 249, 159, 114],
    [46, 226, 271],
    [248, 282],
    [199, 49],
  ],
};

const lists = (subset: readonly Int32Array[]) => subset.map((members) => [...members]);

describe('numpyRandom', () => {
  it('shuffles as np.random.shuffle does, again and again', () => {
    const random = numpyRandom(0);
    const weighted = (values: Int32Array) => values.reduce((sum, value, place) => sum + value * place, 0);
    const values = random.shuffle(Int32Array.from({ length: 5000 }, (_, i) => i));
    expect([...values.subarray(0, 8)]).toEqual([398, 3833, 4836, 4572, 636, 2545, 1161, 2230]);
    expect([...values.subarray(-3)]).toEqual([1653, 2607, 2732]);
    expect(weighted(values)).toBe(31207807569);
    expect(weighted(random.shuffle(values))).toBe(31332449159);
  });
});

describe('chooseSubset', () => {
  it.each([0, 4294967295] as const)('chooses what NumPy chooses with seed %i', (seed) => {
    expect(lists(chooseSubset({ labels, counts, seed }))).toEqual(golden[seed]);
  });

  it('takes seed 0 by default', () => {
    expect(lists(chooseSubset({ labels, counts }))).toEqual(golden[0]);
  });

  it('chooses distinct examples of the class, a smaller subset being the beginning of a larger one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 10, maxLength: 10 }), (wanted) => {
        const all = chooseSubset({ labels, counts: new Array(10).fill(20), seed: 5 });
        chooseSubset({ labels, counts: wanted, seed: 5 }).forEach((members, c) => {
          expect([...members]).toEqual([...all[c].subarray(0, wanted[c])]);
          expect(new Set(members).size).toBe(wanted[c]);
          expect(members.every((index) => labels[index] === c)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('names the class that is too small', () => {
    const options = { labels, counts: [1, 21], classNames: ['cat', 'dog'], dataset: 'pets' };
    expect(() => chooseSubset({ ...options, labels: labels.map((label) => label % 2) })).not.toThrow();
    const short = Int32Array.from([0, 1, 1]);
    expect(() => chooseSubset({ ...options, labels: short })).toThrow(
      /DATASETS_CLASS_TOO_SMALL.*'dog' of 'pets'.*expected 21, found 2/,
    );
  });
});
