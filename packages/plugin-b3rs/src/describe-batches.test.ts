import { planFromFunction } from '@evenkeel/trainer-core';
import { expect, it } from 'vitest';
import { describeBatches } from './describe-batches.js';

it('shows per tag what every block gets', () => {
  const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 2);
  const batches = [
    { tag: 'base', indices: Int32Array.of(0, 1, 2, 4) },
    { tag: 'embedded', indices: Int32Array.of(0, 1, 6, 6) },
    { tag: 'base', indices: Int32Array.of(3, 5, 6) },
  ];
  const plan = planFromFunction(3, (place) => batches[place]);
  expect(describeBatches(plan, labels, [[0, 1], [2]])).toBe(
    [
      "2 batches 'base', 7 images",
      '         classes  images   share  per batch  draws per image',
      'block 1        2       6  85.7 %        2-4             1.00',
      'block 2        1       1  14.3 %        0-1             1.00',
      '',
      "1 batch 'embedded', 4 images",
      '         classes  images   share  per batch  draws per image',
      'block 1        2       6  50.0 %          2             0.33',
      'block 2        1       1  50.0 %          2             2.00',
    ].join('\n'),
  );
});
