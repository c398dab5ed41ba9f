import { expect, it } from 'vitest';
import { mixedRows } from './mixed-rows.js';

it('mixes every row with its partner by its own share, into new rows', () => {
  const rows = Float32Array.of(1, 2, 10, 20, 100, 200);
  const mixed = mixedRows(rows, Int32Array.of(1, 2, 2), (row) => [0.5, 0, 0.25][row]);
  expect([...mixed]).toEqual([5.5, 11, 100, 200, 100, 200]);
  expect([...rows]).toEqual([1, 2, 10, 20, 100, 200]);
});
