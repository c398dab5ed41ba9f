import type { ClassDataset, LabelledSource, Normalisation } from '@evenkeel/trainer-core';
import { countClasses } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** A row: its numbers, one for each column, and its class. */
export interface TableRow {
  readonly values: readonly number[];
  /** In `0 .. classes - 1`. */
  readonly label: number;
}

/** A table, split into parts. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly classNames: readonly string[];
  readonly train: readonly TableRow[];
  readonly test: readonly TableRow[];
  /** Rows held out of the training data. */
  readonly validation?: readonly TableRow[];
}

/**
 * A data set of a table: an example is one row, shape `[columns]`, every column standardised by the mean and the standard deviation of
 * the training part, which an exported model has to do as well (`normalisation`). A column that never changes stays 0. Throws
 * `TABLES_BAD_ROW` for what is no finite number.
 */
export function tableDataset({ name, columns, classNames, ...parts }: Table): ClassDataset {
  for (const [part, rows] of Object.entries(parts))
    rows?.forEach((row, at) => checkRow(part, columns, row, at));
  const normalisation = standardisation(columns.length, parts.train);
  const source = (rows: readonly TableRow[]): LabelledSource => ({
    size: rows.length,
    exampleShape: [columns.length],
    labels: Int32Array.from(rows, ({ label }) => label),
    read: (indices, into) =>
      indices.forEach((index, row) => {
        const { mean, std } = normalisation;
        const values = rows[index].values.map((value, column) => (value - mean[column]) / std[column]);
        into.set(values, row * columns.length);
      }),
  });
  const train = source(parts.train);
  return {
    name,
    classNames,
    classCounts: countClasses(train.labels, classNames.length),
    train,
    test: source(parts.test),
    validation: parts.validation && source(parts.validation),
    normalisation,
  };
}

function checkRow(part: string, columns: readonly string[], { values }: TableRow, row: number): void {
  columns.forEach((column, at) => {
    if (!Number.isFinite(values[at])) throw errors.BAD_ROW({ part, row, column, received: values[at] });
  });
}

function standardisation(columns: number, rows: readonly TableRow[]): Normalisation {
  const meanOf = (column: number, valueOf: (value: number) => number) =>
    rows.reduce((sum, { values }) => sum + valueOf(values[column]), 0) / rows.length;
  const mean = Array.from({ length: columns }, (_, column) => meanOf(column, (value) => value));
  const std = mean.map((m, column) => Math.sqrt(meanOf(column, (value) => (value - m) ** 2)) || 1);
  return { mean, std };
}
