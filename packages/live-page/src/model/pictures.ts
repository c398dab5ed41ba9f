import { packNumbers } from './number-list.js';
import type { NumberList, Numbers } from './number-list.js';

/** Rows of a matrix that a page carries; of larger ones every second, third … channel. */
export const MOST_ROWS = 96;

/** A list as a page carries it: matrices of many channels cut down, confusion as shares of its rows. */
export function packList(name: string, values: Numbers): NumberList {
  if (name.endsWith('CorrelationMatrix')) return packNumbers(everySoMany(values));
  return packNumbers(name.endsWith('confusion') ? rowShares(values) : values);
}

/** Every k-th row and column of a square matrix, so that at most {@link MOST_ROWS} are left. */
function everySoMany(values: Numbers): Numbers {
  const size = Math.round(Math.sqrt(values.length));
  const every = Math.ceil(size / MOST_ROWS);
  if (every <= 1 || size * size !== values.length) return values;
  const kept = Array.from({ length: Math.ceil(size / every) }, (_, at) => at * every);
  return kept.flatMap((row) => kept.map((column) => values[row * size + column]));
}

/** Counts divided by the sums of their rows; null in rows without counts. */
function rowShares(values: Numbers): Numbers {
  const size = Math.round(Math.sqrt(values.length));
  const sums = Array.from({ length: size }, (_, row) =>
    values.slice(row * size, (row + 1) * size).reduce<number>((sum, value) => sum + (value ?? 0), 0),
  );
  return values.map((value, at) => {
    const sum = sums[Math.floor(at / size)];
    return value === null || !(sum > 0) ? null : value / sum;
  });
}
