import { basename, dirname, resolve } from 'node:path';
import { writeWhole } from '@evenkeel/trainer-core/node';
import { readRun } from './read-run.js';
import { reportPage } from './report-page.js';

/** What a report is made of. */
export interface ReportSource {
  /** What the plugin `metricsFile` wrote. */
  readonly path: string;
  /** What the page calls the run; default: the name of the file's folder. */
  readonly name?: string;
}

/** A written report. */
export interface WrittenReport {
  /** Names of its runs. */
  readonly runs: readonly string[];
  /** What was left out of their files, and why. */
  readonly notes: readonly string[];
}

/**
 * Reads runs, and writes the page with their data to `out`, whole or not at all. Throws what `readRun` and `reportPage` do, and
 * `TRAINER_NODE_NOT_WRITTEN`.
 */
export async function writeReport(
  sources: readonly ReportSource[],
  out: string,
  title?: string,
): Promise<WrittenReport> {
  const runs = await Promise.all(sources.map(({ path, name = nameOf(path) }) => readRun(path, name)));
  await writeWhole(out, await reportPage(runs, title));
  return { runs: runs.map(({ name }) => name), notes: runs.flatMap(({ notes }) => notes) };
}

/** The folder of a run's file, which names the run. */
export function nameOf(path: string): string {
  return basename(dirname(resolve(path)));
}
