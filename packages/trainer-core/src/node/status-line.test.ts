import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusLine, wrapParts } from './status-line.js';

const PARTS = [
  { text: 'loss 1.234', rank: 1 },
  { text: 'rate 0.0925', rank: 3 },
  { text: '', rank: 1 },
  { text: 'ETA 1m 20s', rank: 2 },
];

describe('a line of status', () => {
  it.each([
    [100, 'run epoch 2/6 [============------------] 50%  loss 1.234  rate 0.0925  ETA 1m 20s'],
    [60, 'run epoch 2/6 [========--------] 50%  loss 1.234  ETA 1m 20s'],
    [40, 'run epoch 2/6 [====----] 50%  loss 1.234'],
    [30, 'run epoch 2/6 50%  loss 1.234'],
    [24, 'run epoch 2/6 50%'],
    [18, 'run epoch 2/6 50%'],
    [10, 'run epoch '],
  ])('of %d columns', (columns, line) => {
    expect(statusLine('run epoch 2/6', 0.5, PARTS, columns)).toBe(line.slice(0, columns));
  });

  it('never is longer than it may, and leaves out what has the higher rank first', () => {
    const part = fc.record({ text: fc.string({ maxLength: 20 }), rank: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(
        fc.string(),
        fc.double(),
        fc.array(part),
        fc.integer({ min: 1, max: 200 }),
        (head, done, parts, columns) => {
          expect([...statusLine(head, done, parts, columns)].length).toBeLessThanOrEqual(columns);
        },
      ),
    );
    for (let columns = 10; columns < 100; columns++) {
      const line = statusLine('run', 0.2, PARTS, columns);
      const has = ['loss', 'ETA', 'rate'].map((word) => line.includes(word));
      expect(has).toEqual([...has].sort((a, b) => Number(b) - Number(a)));
    }
  });

  it('takes what is no share for nothing or all', () => {
    expect(statusLine('a', Number.NaN, [], 40)).toContain(' 0%');
    expect(statusLine('a', 7, [], 40)).toContain('=] 100%');
  });
});

it('folds parts, and keeps all of them', () => {
  expect(wrapParts('epoch 1/2', ['loss 1', '', 'all 50.0%', 'many 70.0%'], 26)).toEqual([
    'epoch 1/2  loss 1',
    '  all 50.0%  many 70.0%',
  ]);
  expect(wrapParts('epoch', ['a part that is longer than the line'], 10)).toHaveLength(2);
});
