import { formatDuration, formatShare, writeWhole } from '@evenkeel/trainer-core/node';
import { readJson } from './read-json.js';

/** One line of `result.json`; accuracies in 0..1, `null` where no class is in the group. */
export interface RunResult {
  readonly name: string;
  readonly data: string;
  readonly imbalance: number;
  readonly seed: number;
  readonly backend: string;
  readonly epochs: number;
  /** Training images of every class. */
  readonly classCounts: readonly number[];
  readonly accuracy: Readonly<Record<'all' | 'many' | 'medium' | 'few', number | null>>;
  readonly perClass: readonly (number | null)[];
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** The runs of an earlier call, none when there is no such file. Throws EVENKEEL_FILE_DAMAGED. */
export async function readResults(path: string): Promise<RunResult[]> {
  return (
    (await readJson(path, isResults, "runs with 'name', 'accuracy', 'seconds' and 'imagesPerSecond'"))
      ?.runs ?? []
  );
}

/** Writes all runs so far, whole or not at all. */
export function writeResults(path: string, runs: readonly RunResult[]): Promise<void> {
  return writeWhole(path, `${JSON.stringify({ runs }, null, 2)}\n`);
}

const COLUMNS = ['all', 'many', 'medium', 'few'] as const;

/** Whether the fields that the table shows are there. */
function isResults(value: unknown): value is { runs: RunResult[] } {
  const { runs } = (value ?? {}) as { runs?: unknown };
  return Array.isArray(runs) && runs.every(isResult);
}

function isResult(value: unknown): value is RunResult {
  const { name, accuracy, seconds, imagesPerSecond } = (value ?? {}) as Partial<Record<string, unknown>>;
  const shares = (accuracy ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof name === 'string' &&
    typeof seconds === 'number' &&
    typeof imagesPerSecond === 'number' &&
    COLUMNS.every((column) => shares[column] === null || typeof shares[column] === 'number')
  );
}

/** The runs as a table for the terminal. */
export function tableOf(runs: readonly RunResult[]): string {
  const rows = [
    ['method', ...COLUMNS, 'time', 'images/s'],
    ...runs.map((run) => [
      run.name,
      ...COLUMNS.map((column) => formatShare(run.accuracy[column])),
      formatDuration(run.seconds),
      run.imagesPerSecond.toFixed(0),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '),
    )
    .join('\n');
}
