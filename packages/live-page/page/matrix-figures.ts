import { unpackNumbers } from '../src/model/index.js';
import type { ChartTable } from './charts/chart.js';
import type { MatrixData } from './charts/matrix-chart.js';
import type { PointGroup, ScatterData } from './charts/scatter-chart.js';
import { shown } from './format.js';
import { classNamesOf, classOrderOf } from './runs.js';
import type { ShownRun } from './runs.js';
import { colours } from './theme.js';

/** Correlations of a run's channels, at an epoch or the last look before it. */
export function correlation(run: ShownRun, key: string, epoch: number): MatrixData | undefined {
  const found = run.record.lists.get(key)?.at(epoch);
  if (!found) return undefined;
  const values = unpackNumbers(found.value);
  const size = Math.round(Math.sqrt(values.length));
  const name = (at: number) => String(at + 1);
  return {
    values,
    rows: size,
    columns: size,
    ramp: 'diverging',
    domain: [-1, 1],
    row: name,
    column: name,
    axes: ['channel', 'channel'],
  };
}

/** Which classes of a run are taken for which, in shares of the true class. */
export function confusionOf(run: ShownRun, epoch: number): MatrixData | undefined {
  const found = run.record.lists.get('confusion')?.at(epoch);
  if (!found) return undefined;
  const values = unpackNumbers(found.value);
  const size = Math.round(Math.sqrt(values.length));
  const { classCounts = [] } = run.record.facts;
  const classes = Math.max(size, classCounts.length);
  const order = classOrderOf(run, classes);
  const names = classNamesOf(run, classes);
  const name = (at: number) =>
    classes === size ? names[order[at]] : `group ${at + 1} of ${size}, by size of class`;
  return {
    values,
    rows: size,
    columns: size,
    ramp: 'sequential',
    domain: [0, 1],
    unit: 'share',
    row: name,
    column: name,
    axes: ['true', 'predicted'],
  };
}

/** The first batches of an epoch: images by class, from the largest class down. */
export function firstBatches(run: ShownRun, epoch: number): MatrixData | undefined {
  const { record } = run;
  const found = record.lists.get('measurements.firstBatches')?.at(epoch);
  const tagged = record.lists.get('measurements.firstTags')?.at(epoch);
  const classes = record.facts.classCounts?.length;
  if (!found || !tagged || classes === undefined) return undefined;
  const counts = unpackNumbers(found.value);
  const batches = counts.length / classes;
  if (!Number.isInteger(batches)) return undefined;
  const order = classOrderOf(run, classes);
  const names = classNamesOf(run, classes);
  const tags = tagsOf(run).sort();
  const tagOf = (batch: number) => tags[unpackNumbers(tagged.value)[batch]] ?? '';
  const values = new Float64Array(counts.length);
  order.forEach((label, rank) => {
    for (let batch = 0; batch < batches; batch++)
      values[rank * batches + batch] = counts[batch * classes + label];
  });
  const largest = values.reduce((most, value) => Math.max(most, value), 1);
  const sums = tags.map((tag) => ({
    tag,
    places: Array.from({ length: batches }, (_, batch) => batch).filter((batch) => tagOf(batch) === tag),
  }));
  const table: ChartTable = {
    head: ['class', ...sums.map(({ tag }) => `images per ${tag} batch`)],
    rows: order.map((label, rank) => [
      names[label],
      ...sums.map(({ places }) => {
        const sum = places.reduce((total, batch) => total + values[rank * batches + batch], 0);
        return places.length > 0 ? shown(sum / places.length) : '–';
      }),
    ]),
  };
  return {
    values,
    rows: classes,
    columns: batches,
    ramp: 'sequential',
    domain: [0, largest],
    row: (rank) => names[order[rank]],
    column: (batch) => `${batch + 1} (${tagOf(batch)})`,
    axes: ['class', 'batch'],
    cuts: cutsOf(run, order),
    tableRows: table,
    aspect: Math.min(1, Math.max(0.35, classes / batches)),
  };
}

/** Every tag whose batches were counted. */
export function tagsOf({ record }: ShownRun): string[] {
  const prefix = 'measurements.batches.';
  return [...record.scalars.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

/** The block of every class, where the run has blocks. */
export function blocksOf({ record }: ShownRun): readonly number[] | undefined {
  const found = record.lists.get('b3rs.block')?.newest;
  return found && [...unpackNumbers(found.value)];
}

/** Ranks at which another block begins. */
function cutsOf(run: ShownRun, order: readonly number[]): readonly number[] {
  const blocks = blocksOf(run);
  if (!blocks) return [];
  return order.flatMap((label, rank) =>
    rank > 0 && blocks[label] !== blocks[order[rank - 1]] ? [rank] : [],
  );
}

const SHOTS = [
  ['many', 'circle'],
  ['medium', 'square'],
  ['few', 'triangle'],
] as const;

/** The probe set of a run in the plane of its two largest variances, by shot. */
export function projection(run: ShownRun, key: string, epoch: number): ScatterData | undefined {
  const { record } = run;
  const found = record.lists.get(key)?.at(epoch);
  const labelled = record.lists.get('probeLabels')?.at(epoch);
  if (!found || !labelled) return undefined;
  const [points, labels] = [unpackNumbers(found.value), unpackNumbers(labelled.value)];
  const { shotGroups = [] } = record.facts;
  const names = classNamesOf(run, Math.max(0, ...labels) + 1);
  const pointsOf = (holds: (label: number) => boolean): PointGroup['points'] =>
    [...labels].flatMap((label, at) =>
      holds(label) ? [[points[2 * at], points[2 * at + 1], names[label]] as const] : [],
    );
  const palette = colours();
  const groups = SHOTS.map(([shot, form]) => ({
    label: `${shot}-shot`,
    colour: palette[shot],
    form,
    points: pointsOf((label) => shotGroups[label] === shot),
  }));
  const others = {
    label: 'examples',
    colour: palette.muted,
    form: 'circle' as const,
    points: pointsOf((label) => shotGroups[label] === undefined),
  };
  return { groups: [...groups, others].filter((group) => group.points.length > 0) };
}
