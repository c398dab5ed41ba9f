import type { CellResult } from './result-file.js';
import { aligned, spreadOf } from './table.js';
import type { Row } from './table.js';

/** What others are compared with: the adjustment alone, classifier re-training, batch norm in the place of whitening. */
const REFERENCES = ['la', 'crt', 'whiten+crt', 'bn+b3rs+bet+la', 'bn+cb+bet+la'];

/**
 * How far every method is above the {@link REFERENCES} as a Markdown table, in points of `all` after the last epoch, mean ±
 * standard deviation of the differences seed by seed; methods and references that share two seeds or more, else empty.
 */
export function differenceTable(results: readonly CellResult[], rows: readonly Row[]): string[] {
  const measured = rows.filter(({ seeds }) => seeds.length > 1).map(({ method }) => method);
  const references = REFERENCES.filter((name) => measured.includes(name));
  const others = measured.filter((name) => references.some((reference) => reference !== name));
  if (others.length === 0) return [];
  const allOf = (method: string) =>
    new Map(results.filter((cell) => cell.method === method).map(({ seed, last }) => [seed, last.all]));
  const above = (method: string, reference: string): string => {
    const base = allOf(reference);
    const shared = [...allOf(method)].filter(([seed]) => base.has(seed));
    if (method === reference || shared.length < 2) return '–';
    const { mean, std } = spreadOf(shared.map(([seed, all]) => minus(all, base.get(seed) ?? null)));
    return mean === null || std === null ? '–' : `${points(mean)} ± ${(std * 100).toFixed(1)}`;
  };
  return aligned([
    ['points above', ...references.map((name) => `\`${name}\``)],
    ...others.map((method) => [`\`${method}\``, ...references.map((name) => above(method, name))]),
  ]);
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** In points, with its sign. */
function points(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  return difference < 0 ? `−${text}` : `+${text}`;
}
