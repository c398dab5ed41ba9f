import { unpackNumbers } from '../src/model/index.js';
import type { Line, LineData } from './charts/line-chart.js';
import type { Unit } from './format.js';
import { classNamesOf, classOrderOf, colourOf, shownRuns } from './runs.js';
import type { ShownRun } from './runs.js';
import { colours } from './theme.js';

/** One value of a figure: its name in `metrics.jsonl`, and what it is called beside others. */
export interface Value {
  readonly key: string;
  readonly label?: string;
}

/** How a figure's values are drawn. */
export interface LineLook {
  readonly unit?: Unit;
  readonly log?: boolean;
  /** Whether the numbers of training images share the axis of the values. */
  readonly sameAxis?: boolean;
}

const DASHES = [undefined, [6, 4], [2, 3], [9, 3, 2, 3]] as const;

/** A line of every run for every value over epochs, counted from 1; undefined where no run has any. */
export function overEpochs(values: readonly Value[], look: LineLook = {}): LineData | undefined {
  const lines = shownRuns().flatMap((run) =>
    values.flatMap(({ key, label }, at) => {
      const series = run.record.scalars.get(key);
      if (!series || series.newest === undefined) return [];
      const x = series.epochs.map((epoch) => epoch + 1);
      const y = series.values.map((value) => (look.log && value !== null && value <= 0 ? null : value));
      return [{ label: named(run, label), colour: colourOf(run), dash: DASHES[at % DASHES.length], x, y }];
    }),
  );
  return lines.length > 0 ? { lines, x: 'epoch', ...look } : undefined;
}

/** A line of every run and tag over steps; with `band` the least and largest loss around it. */
export function overSteps(
  column: string,
  look: LineLook & { readonly band?: boolean } = {},
): LineData | undefined {
  const lines = shownRuns().flatMap((run) =>
    [...run.record.steps].flatMap(([tag, series], at): Line[] => {
      const y = series.column(column);
      if (!y.some((value) => value !== null)) return [];
      const thinned = series.stride > 1 && look.band;
      return [
        {
          label: named(run, run.record.steps.size > 1 ? `${tag} batches` : undefined),
          colour: colourOf(run),
          dash: DASHES[at % DASHES.length],
          x: series.column('step') as readonly number[],
          y,
          points: 'none',
          ...(thinned && { band: { low: series.column('low'), high: series.column('high') } }),
        },
      ];
    }),
  );
  return lines.length > 0 ? { lines, x: 'step', ...look } : undefined;
}

/** A value of every class, from the one with the most training images to the one with the fewest, over bars of their numbers. */
export function byClass(
  values: readonly Value[],
  look: LineLook = {},
  epoch = Infinity,
): LineData | undefined {
  const runs = shownRuns().filter(({ record }) => values.some(({ key }) => record.lists.has(key)));
  const [first] = runs;
  if (!first) return undefined;
  const lines = runs.flatMap((run) =>
    values.flatMap(({ key, label }, at): Line[] => {
      const list = run.record.lists.get(key)?.at(epoch);
      if (!list) return [];
      const numbers = unpackNumbers(list.value);
      const order = classOrderOf(run, numbers.length);
      const y = order.map((place) => (look.log && numbers[place] <= 0 ? null : finite(numbers[place])));
      // Runs beside each other, not on top.
      const shift = runs.length > 1 && order.length <= 40 ? (run.place % 5) * 0.12 - 0.12 : 0;
      const x = order.map((_, rank) => rank + shift);
      return [
        {
          label: named(run, label),
          colour: colourOf(run),
          dash: DASHES[at % DASHES.length],
          x,
          y,
          points: 'only',
        },
      ];
    }),
  );
  const classes = Math.max(...lines.map(({ y }) => y.length));
  const order = classOrderOf(first, classes);
  const names = classNamesOf(first, classes);
  const { classCounts } = first.record.facts;
  const sized = classCounts?.length === classes;
  const bars: Line[] = sized
    ? [
        {
          label: 'training images',
          colour: colours().bar,
          x: order.map((_, rank) => rank),
          y: order.map((label) => classCounts[label]),
          bars: look.sameAxis ? 'same axis' : 'own axis',
        },
      ]
    : [];
  return {
    lines: [...bars, ...lines],
    x: sized ? 'class, by number of training images' : 'class',
    xWords: (x) => names[order[Math.round(x)]] ?? '',
    wordsOnAxis: classes <= 24,
    ...look,
  };
}

/** A list by rank, such as a spectrum. */
export function byRank(
  values: readonly Value[],
  look: LineLook = {},
  epoch = Infinity,
): LineData | undefined {
  const lines = shownRuns().flatMap((run) =>
    values.flatMap(({ key, label }, at): Line[] => {
      const list = run.record.lists.get(key)?.at(epoch);
      if (!list) return [];
      const numbers = [...unpackNumbers(list.value)];
      const y = numbers.map((value) => (look.log && value <= 0 ? null : finite(value)));
      const x = numbers.map((_, rank) => rank + 1);
      return [
        {
          label: named(run, label),
          colour: colourOf(run),
          dash: DASHES[at % DASHES.length],
          x,
          y,
          points: 'none',
        },
      ];
    }),
  );
  return lines.length > 0 ? { lines, x: 'rank', ...look } : undefined;
}

function named(run: ShownRun, label: string | undefined): string {
  return label === undefined ? run.record.name : `${run.record.name}, ${label}`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
