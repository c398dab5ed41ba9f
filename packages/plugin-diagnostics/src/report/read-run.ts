import { readFile } from 'node:fs/promises';
import { errors } from '../errors.js';
import type { Run, RunEpoch } from './run.js';

interface Line {
  readonly type: string;
  readonly epoch: number;
  readonly [field: string]: unknown;
}

/**
 * A run's epochs and diagnostics from a file that the plugin `metricsFile` wrote; `name` is what the report calls it.
 * Throws `DIAGNOSTICS_NO_SUCH_FILE`, `DIAGNOSTICS_NOT_METRICS`, `DIAGNOSTICS_NOTHING_FOUND`.
 */
export async function readRun(path: string, name: string): Promise<Run> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw errors.NO_SUCH_FILE({ path, reason }, { cause });
  });
  const lines: Line[] = [];
  const notes: string[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = lineOf(line);
    if (parsed) lines.push(parsed);
    // A process that was killed, or a full disk, leaves a last line without its end.
    else if (text.endsWith(line) && lines.length > 0) notes.push(cutShort(path, at + 1));
    else throw errors.NOT_METRICS({ path, line: at + 1 });
  }
  const epochs = lines
    .filter((line) => line.type === 'epoch')
    .map((line) => ({ epoch: line.epoch, values: valuesOf(line) }));
  const diagnostics = lines
    .filter((line) => line.type === 'inspection')
    .map((line) => ({ epoch: line.epoch, values: findingsOf(line) }));
  if (epochs.length + diagnostics.length === 0) {
    throw errors.NOTHING_FOUND({ path, names: [...new Set(lines.map((line) => line.type))] });
  }
  return { name, epochs, diagnostics, ...(notes.length > 0 && { notes }) };
}

function cutShort(path: string, line: number): string {
  return `Line ${line} of '${path}', its last, is cut short and left out.`;
}

/** A line of `metricsFile`; undefined for anything else. */
function lineOf(text: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { type, epoch = 0 } = value as { type?: unknown; epoch?: unknown };
  return typeof type === 'string' && Number.isSafeInteger(epoch)
    ? { ...value, type, epoch: epoch as number }
    : undefined;
}

/** What an inspector found; of others than ours with its name in front, such as `whitening.residual`. */
function findingsOf({ name, values }: Line): RunEpoch['values'] {
  const found = valuesOf(typeof values === 'object' && values !== null ? values : {});
  if (name === 'diagnostics') return found;
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [`${String(name)}.${key}`, value]));
}

/** The numbers of a line, and its lists of numbers. */
function valuesOf(line: object): RunEpoch['values'] {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => isValue(value)));
}

function isValue(value: unknown): value is number | null | readonly (number | null)[] {
  return isNumber(value) || (Array.isArray(value) && value.every(isNumber));
}

function isNumber(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}
