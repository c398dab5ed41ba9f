import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Snapshots } from './snapshots.js';

describe('Snapshots', () => {
  it('keeps the first and the newest, at most so many, evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 500 }), (most, epochs) => {
        const snapshots = new Snapshots<number>(most);
        for (let epoch = 0; epoch < epochs; epoch++) snapshots.add(epoch, 10 * epoch);
        const kept = snapshots.all().map(({ epoch }) => epoch);
        expect(kept.length).toBeLessThanOrEqual(most + 1);
        expect([kept[0], kept.at(-1)]).toEqual([0, epochs - 1]);
        const gaps = kept.slice(1, -1).map((epoch, at) => epoch - kept[at]);
        expect(new Set(gaps).size).toBeLessThanOrEqual(1);
        expect(snapshots.newest).toEqual({ epoch: epochs - 1, value: 10 * (epochs - 1) });
      }),
    );
  });

  it('takes back epochs that come again, as after a resume', () => {
    const snapshots = new Snapshots<string>(9);
    for (const [epoch, value] of [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [1, 'd'],
    ] as const)
      snapshots.add(epoch, value);
    expect(snapshots.all()).toEqual([
      { epoch: 0, value: 'a' },
      { epoch: 1, value: 'd' },
    ]);
    expect(snapshots.at(7)).toEqual({ epoch: 1, value: 'd' });
    expect(snapshots.at(-1)).toEqual({ epoch: 0, value: 'a' });
    expect(new Snapshots(3).at(0)).toBeUndefined();
  });
});
