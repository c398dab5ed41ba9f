import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accuracy, calibration, valuesOf } from '@evenkeel/trainer-core';
import type { Accuracy, MetricValues } from '@evenkeel/trainer-core';
import { readText, writeWhole } from '@evenkeel/trainer-core/node';
import { isCellIdentity } from './cell-identity.js';
import type { CellIdentity } from './cell-identity.js';
import { compareErrors } from './errors.js';
import type { Provenance } from './provenance.js';

/** Accuracies and calibration error in 0..1; `null` where nothing was tested. */
export interface TestValues extends Omit<Accuracy, 'balanced'> {
  readonly ece: number | null;
}

/** One cell of the grid: a method with a seed. */
export interface CellResult extends CellIdentity, Partial<Provenance> {
  readonly method: string;
  readonly seed: number;
  /** As the data set calls itself: partial files and seeded splits say so. */
  readonly data: string;
  /** Training images of every class, without what was held out. */
  readonly classCounts: readonly number[];
  readonly testImages: number;
  /** What the data set says of itself, such as that half of the test images were missing. */
  readonly notes?: readonly string[];
  /** After the last epoch: the headline. */
  readonly last: TestValues;
  /** After the last epoch, on the held-out part, with its images by class; absent in results made before it was kept. */
  readonly validation?: TestValues & { readonly counts: readonly number[] };
  /** After the epoch with the best balanced accuracy on the validation part. */
  readonly best?: TestValues & { readonly epoch: number };
  /** What the method chose on the validation part. */
  readonly chosen?: Readonly<Record<string, number>>;
  /** Numbers of the diagnostics after the last epoch. */
  readonly diagnostics?: Readonly<Record<string, number | null>>;
  readonly seconds: number;
  /** In training; absent where nothing was trained. */
  readonly imagesPerSecond?: number;
  readonly backend: string;
  /** Day on which it was finished. */
  readonly date: string;
  /** What makes this cell alone. */
  readonly command: string;
}

/** Where a cell's result is. */
export function resultPath(folder: string, method: string, seed: number): string {
  return join(folder, `${method}.seed-${seed}.json`);
}

/** The metrics of an evaluation as a result holds them. */
export function testValues(metrics: MetricValues): TestValues {
  return {
    ...valuesOf(accuracy(), metrics, 'all', 'many', 'medium', 'few', 'perClass'),
    ...valuesOf(calibration(), metrics, 'ece'),
  };
}

/** Writes a result, whole or not at all. */
export function writeResult(path: string, result: CellResult): Promise<void> {
  return writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
}

/** The result of a cell, undefined when it is not there. Throws COMPARE_NOT_A_RESULT, TRAINER_NODE_NOT_READ. */
export async function readResult(path: string): Promise<CellResult | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const result: unknown = JSON.parse(text);
    if (isResult(result)) return result;
    throw new Error("expected 'method', 'seed', 'settings', 'classCounts' and the accuracies 'last'");
  } catch (cause) {
    throw compareErrors.NOT_A_RESULT({ file: path, reason: (cause as Error).message }, { cause });
  }
}

const SHARES = ['all', 'many', 'medium', 'few', 'ece'] as const;

function isResult(value: unknown): value is CellResult {
  if (!isCellIdentity(value)) return false;
  const { method, seed, last, best, classCounts } = value as Partial<Record<keyof CellResult, unknown>>;
  return (
    typeof method === 'string' &&
    Number.isSafeInteger(seed) &&
    Array.isArray(classCounts) &&
    isTestValues(last) &&
    typeof last.all === 'number' &&
    (best === undefined || isTestValues(best))
  );
}

function isTestValues(value: unknown): value is TestValues {
  if (typeof value !== 'object' || value === null) return false;
  const { perClass, ...shares } = value as Partial<Record<string, unknown>>;
  return (
    Array.isArray(perClass) &&
    SHARES.every(
      (name) => [null, undefined].includes(shares[name] as null) || typeof shares[name] === 'number',
    )
  );
}

/** Whether a folder has result files. */
export async function hasResults(folder: string): Promise<boolean> {
  return (await resultNames(folder)).length > 0;
}

async function resultNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw compareErrors.NOT_READABLE({ folder, reason: error.message }, { cause: error });
  });
  return names.filter((name) => /\.seed-\d+\.json$/.test(name)).sort();
}

/** All results of a folder, by name. Throws COMPARE_NO_RESULTS. */
export async function readResults(folder: string): Promise<CellResult[]> {
  const files = await resultNames(folder);
  if (files.length === 0) throw compareErrors.NO_RESULTS({ folder });
  const results = await Promise.all(files.map((name) => readResult(join(folder, name))));
  return results.filter((result) => result !== undefined);
}
