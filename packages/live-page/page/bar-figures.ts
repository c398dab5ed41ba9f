import type { BarData } from './charts/bar-list.js';
import { tagsOf } from './matrix-figures.js';
import { colourOf, shownRuns } from './runs.js';

const SHOTS = [
  ['all', 'All'],
  ['many', 'Many-shot'],
  ['medium', 'Medium-shot'],
  ['few', 'Few-shot'],
] as const;

/** The newest accuracies of all runs. */
export function newestAccuracy(): BarData | undefined {
  const runs = shownRuns().filter(({ record }) => record.scalars.has('all'));
  if (runs.length === 0) return undefined;
  return {
    unit: 'share',
    full: 1,
    groups: SHOTS.filter(([key]) =>
      runs.some(({ record }) => record.scalars.get(key)?.newest !== undefined),
    ).map(([key, label]) => ({
      label,
      bars: runs.map((run) => ({
        label: run.record.name,
        value: run.record.scalars.get(key)?.newest ?? null,
        colour: colourOf(run),
      })),
    })),
  };
}

/** Batches of every tag in the newest epoch. */
export function batchesByTag(): BarData | undefined {
  const runs = shownRuns().filter((run) => tagsOf(run).length > 0);
  if (runs.length === 0) return undefined;
  const tags = [...new Set(runs.flatMap(tagsOf))].sort();
  const batches = (run: (typeof runs)[number], tag: string) =>
    run.record.scalars.get(`measurements.batches.${tag}`)?.newest ?? null;
  return {
    full: Math.max(1, ...runs.flatMap((run) => tags.map((tag) => batches(run, tag) ?? 0))),
    groups: tags.map((tag) => ({
      label: tag,
      bars: runs.map((run) => ({ label: run.record.name, value: batches(run, tag), colour: colourOf(run) })),
    })),
  };
}
