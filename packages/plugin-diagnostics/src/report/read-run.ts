import { readFile } from 'node:fs/promises';
import { errors } from '../errors.js';
import type { Run, RunEpoch } from './run.js';

type Line = Record<string, unknown>;

/**
 * A run's epochs and diagnostics from a file that the plugin `metricsFile` wrote; `name` is what the report calls it.
 * Throws `DIAGNOSTICS_NO_SUCH_FILE`, `DIAGNOSTICS_NOT_METRICS`, `DIAGNOSTICS_NOTHING_FOUND`.
 */
export async function readRun(path: string, name: string): Promise<Run> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw errors.NO_SUCH_FILE({ path, reason }, { cause });
  });
  const lines = text.split('\n').flatMap((line, at) => (line.trim() ? [parsed(line, path, at + 1)] : []));
  const epochs = lines
    .filter((line) => line.type === 'epoch')
    .map((line) => ({ epoch: Number(line.epoch), values: valuesOf(line) }));
  const diagnostics = lines
    .filter((line) => line.type === 'inspection')
    .map((line) => ({ epoch: Number(line.epoch), values: findingsOf(line) }));
  if (epochs.length + diagnostics.length === 0) {
    throw errors.NOTHING_FOUND({ path, names: [...new Set(lines.map((line) => String(line.type)))] });
  }
  return { name, epochs, diagnostics };
}

function parsed(line: string, path: string, number: number): Line {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line;
  } catch {
    // Named below, with the number of the line.
  }
  throw errors.NOT_METRICS({ path, line: number });
}

/** What an inspector found; of others than ours with its name in front, such as `whitening.residual`. */
function findingsOf({ name, values }: Line): RunEpoch['values'] {
  const found = valuesOf(values as Line);
  if (name === 'diagnostics') return found;
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [`${String(name)}.${key}`, value]));
}

function valuesOf(line: Line): RunEpoch['values'] {
  return Object.fromEntries(
    Object.entries(line).filter(
      ([, value]) => typeof value === 'number' || value === null || Array.isArray(value),
    ),
  ) as RunEpoch['values'];
}
