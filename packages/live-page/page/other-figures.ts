import type { LineData } from './charts/line-chart.js';
import { byClass, overEpochs, overSteps } from './line-figures.js';
import { allRuns } from './runs.js';

/** A value that no other section shows. */
export interface OtherFigure {
  readonly key: string;
  readonly title: string;
  readonly data: () => LineData | undefined;
}

/** Values over epochs that have their own figure, or say nothing over epochs. */
const SCALARS = new Set([
  'loss',
  'all',
  'many',
  'medium',
  'few',
  'imagesPerSecond',
  'readShare',
  'examples',
  'hessianCondition',
  'hessianConditionKronecker',
  'gradientMeanCosine',
  'whitening.residual',
  'measurements.memoryBytes',
  'measurements.tensorBytes',
  'measurements.tensors',
  'logged.gradientNorm',
  'logged.weightNorm',
  ...['Correlation', 'EffectiveRank', 'Residual'].flatMap((name) => [`raw${name}`, `feature${name}`]),
]);
const PREFIXES = ['measurements.batches.', 'drift.', 'traceNorm.', 'b3rs.'];
/** The same of lists. */
const LISTS = new Set([
  'perClass',
  'confusion',
  'weightNorms',
  'margins',
  'gradientNorms',
  'gradientCosines',
  'probeLabels',
  'b3rs.block',
  'measurements.firstBatches',
  'measurements.firstTags',
  ...['CorrelationMatrix', 'SingularValues', 'Projection'].flatMap((name) => [
    `raw${name}`,
    `feature${name}`,
  ]),
]);
const COLUMNS = new Set([
  'step',
  'loss',
  'low',
  'high',
  'learningRate',
  'gradientNorm',
  'weightNorm',
  'stepMs',
  'readMs',
]);
/** More figures than this would hide the others. */
const MOST = 60;

/** Figures for everything that no other section shows. */
export function otherFigures(): readonly OtherFigure[] {
  const records = allRuns().map(({ record }) => record);
  const distinct = (keys: readonly string[]) => [...new Set(keys)];
  const scalars = distinct(records.flatMap((record) => [...record.scalars.keys()]))
    .filter((key) => !SCALARS.has(key) && !PREFIXES.some((prefix) => key.startsWith(prefix)))
    .map((key) => ({ key: `scalar ${key}`, title: `${key} by epoch`, data: () => overEpochs([{ key }]) }));
  const columns = distinct(
    records.flatMap((record) => [...record.steps.values()].flatMap((series) => series.names)),
  )
    .filter((key) => !COLUMNS.has(key))
    .map((key) => ({ key: `column ${key}`, title: `${key} by step`, data: () => overSteps(key) }));
  const lists = distinct(records.flatMap((record) => [...record.lists.keys()]))
    .filter((key) => !LISTS.has(key) && !key.startsWith('measurements.drawn.'))
    .filter((key) =>
      records.some((record) => hasClasses(record.lists.get(key)?.newest?.value, record.facts.classCounts)),
    )
    .map((key) => ({ key: `list ${key}`, title: `${key} by class`, data: () => byClass([{ key }]) }));
  return [...scalars, ...columns, ...lists].slice(0, MOST);
}

function hasClasses(value: unknown, classCounts: readonly number[] | undefined): boolean {
  return Array.isArray(value) && (classCounts === undefined || value.length === classCounts.length);
}
