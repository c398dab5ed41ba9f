import { describe, expect, it } from 'vitest';
import { here, interleave } from './interleave.js';
import { linesOf, median } from './line.js';

describe('interleave', () => {
  it('takes turns, and drops the warm-up', async () => {
    const order: string[] = [];
    const contestant = (name: string, base: number) => ({
      name,
      measure: (steps: number) => {
        order.push(`${name}${steps}`);
        return Promise.resolve(Array.from({ length: steps }, () => base + order.length));
      },
    });
    const turns: [number, number][] = [];
    const times = await interleave([contestant('a', 0), contestant('b', 100)], {
      rounds: 2,
      steps: 3,
      warmup: 5,
      onTurn: (done, all) => turns.push([done, all]),
    });
    expect(order).toEqual(['a5', 'b5', 'a3', 'b3', 'a3', 'b3']);
    expect(times.get('a')).toEqual([3, 3, 3, 5, 5, 5]);
    expect(times.get('b')).toEqual([104, 104, 104, 106, 106, 106]);
    expect(turns).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
  });

  it('waits for the step it times', async () => {
    const slow = here('slow', () => new Promise((resolve) => setTimeout(resolve, 20)));
    const times = await slow.measure(2);
    expect(times.length).toBe(2);
    for (const time of times) expect(time).toBeGreaterThan(15);
  });
});

describe('linesOf', () => {
  it('gives least, median, images per second and the ratio to the base', () => {
    const times = new Map([
      ['ours', [30, 10, 20]],
      ['theirs', [50, 30, 70, 90]],
    ]);
    expect(linesOf('step', times, { images: 4, base: 'ours' })).toEqual([
      { suite: 'step', name: 'ours', msMin: 10, msMedian: 20, imagesPerSecond: 200 },
      {
        suite: 'step',
        name: 'theirs',
        msMin: 30,
        msMedian: 60,
        imagesPerSecond: 4000 / 60,
        ratioTo: { name: 'ours', ratio: 3 },
      },
    ]);
  });

  it('has no median of nothing', () => {
    expect(median([])).toBeNaN();
  });
});
