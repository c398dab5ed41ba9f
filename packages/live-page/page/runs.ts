import { RunRecord } from '../src/model/index.js';
import type { PackedRun, RunLine } from '../src/model/index.js';
import { colours } from './theme.js';

/** A run on the page. */
export interface ShownRun {
  readonly record: RunRecord;
  /** Its place, which decides its colour and its dashes. */
  readonly place: number;
  shown: boolean;
}

const runs = new Map<string, ShownRun>();

/** Every run, in the order in which they came. */
export function allRuns(): readonly ShownRun[] {
  return [...runs.values()];
}

/** Those that are shown. */
export function shownRuns(): readonly ShownRun[] {
  return allRuns().filter((run) => run.shown);
}

/** Puts a run on the page, in the place of an older one of its name. */
export function putRun(packed: PackedRun): void {
  const { place = runs.size, shown = true } = runs.get(packed.name) ?? {};
  runs.set(packed.name, { record: RunRecord.from(packed), place, shown });
}

/** Adds lines to a run. */
export function addLines(name: string, lines: readonly RunLine[]): void {
  const run = runs.get(name);
  for (const line of lines) run?.record.apply(line);
}

/** The colour of a run. */
export function colourOf({ place }: ShownRun): string {
  const all = colours().runs;
  return all[place % all.length];
}

/** Names of classes, or their numbers. */
export function classNamesOf({ record }: ShownRun, classes: number): readonly string[] {
  const { classNames } = record.facts;
  return Array.from({ length: classes }, (_, label) => classNames?.[label] ?? `class ${label}`);
}

/** Classes from the one with the most training images to the one with the fewest; as they are where that is not known. */
export function classOrderOf({ record }: ShownRun, classes: number): readonly number[] {
  const { classCounts = [] } = record.facts;
  const order = Array.from({ length: classes }, (_, label) => label);
  return classCounts.length === classes
    ? order.sort((a, b) => classCounts[b] - classCounts[a] || a - b)
    : order;
}
