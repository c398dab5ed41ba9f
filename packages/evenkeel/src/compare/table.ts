import type { CellResult, TestValues } from './result-file.js';
import { commandOf } from './settings.js';

const COLUMNS = ['all', 'many', 'medium', 'few', 'ece'] as const;
type Column = (typeof COLUMNS)[number];

/** Mean and sample standard deviation over seeds; `std` is null for a single one. */
export interface Spread {
  readonly mean: number | null;
  readonly std: number | null;
}

/** A method over its seeds. */
export interface Row {
  readonly method: string;
  readonly seeds: readonly number[];
  /** After the last epoch, 0..1. */
  readonly last: Readonly<Record<Column, Spread>>;
  /** `all` after the epoch that the validation part prefers. */
  readonly best: Spread;
}

/** One row per method, in the order of `order`, then by name. */
export function rowsOf(results: readonly CellResult[], order: readonly string[]): Row[] {
  const rank = (method: string) => (order.includes(method) ? order.indexOf(method) : order.length);
  const methods = [...new Set(results.map(({ method }) => method))].sort(
    (a, b) => rank(a) - rank(b) || a.localeCompare(b),
  );
  return methods.map((method) => {
    const cells = results.filter((cell) => cell.method === method).sort((a, b) => a.seed - b.seed);
    const spread = (pick: (values: CellResult) => TestValues | undefined, column: Column) =>
      spreadOf(cells.map((cell) => pick(cell)?.[column] ?? null));
    return {
      method,
      seeds: cells.map(({ seed }) => seed),
      last: Object.fromEntries(
        COLUMNS.map((column) => [column, spread(({ last }) => last, column)]),
      ) as Row['last'],
      best: spread(({ best }) => best, 'all'),
    };
  });
}

/** Mean and sample standard deviation; nulls make both null. */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const present = values.filter((value) => value !== null);
  if (present.length < values.length || present.length === 0) return { mean: null, std: null };
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  if (present.length === 1) return { mean, std: null };
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / (present.length - 1)) };
}

/** The rows as a Markdown table in percent, under a line on what they were measured on. */
export function markdownOf(results: readonly CellResult[], rows: readonly Row[]): string {
  const head = ['method', 'seeds', 'all', 'many', 'medium', 'few', 'ECE', 'all, best epoch'];
  const cells = rows.map((row) => [
    `\`${row.method}\``,
    row.seeds.join(', '),
    ...COLUMNS.map((column) => percent(row.last[column])),
    percent(row.best),
  ]);
  const [first] = results;
  const dates = results.map(({ date }) => date).sort();
  const period = [...new Set([dates[0], dates[dates.length - 1]])].join(' to ');
  const backends = [...new Set(results.map(({ backend }) => backend))].sort().join(' and ');
  return [
    `${first.data}; ${first.settings.epochs} epochs, recipe ${first.settings.recipe}; training images ` +
      `${total(first.classCounts)} (${heldOut(first.settings)}), ` +
      `${first.testImages} test images; on ${backends}, ${period}. Accuracy after the last epoch in percent, mean ± standard deviation over seeds.`,
    '',
    ...(first.notes ?? []).flatMap((note) => [note, '']),
    '```sh',
    ...commandsOf(first, rows, backends),
    '```',
    '',
    ...aligned([head, ...cells]),
    '',
  ].join('\n');
}

function heldOut({ validation }: CellResult['settings']): string {
  if (validation === 'list') return 'the published validation list beside them';
  return `${Math.round(validation * 100)} % of every class held out`;
}

/** The commands that make the rows: one for all methods with the same seeds; on a GPU where all were made on one. */
function commandsOf({ settings, command }: CellResult, rows: readonly Row[], backends: string): string[] {
  // As the program was called that made them.
  const [typed] = command.split(' --data ');
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row.seeds.join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return Array.from(groups.values(), (group) => {
    const methods = group.map(({ method }) => method);
    const written = commandOf(settings, methods, group[0].seeds, typed);
    return backends === 'native-gpu' ? `${written} --backend ${backends}` : written;
  });
}

/** A Markdown table with equal widths, first column to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, at) => Math.max(3, ...rows.map((row) => row[at].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)];
}

function percent({ mean, std }: Spread): string {
  if (mean === null) return '–';
  return std === null ? (mean * 100).toFixed(1) : `${(mean * 100).toFixed(1)} ± ${(std * 100).toFixed(1)}`;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
