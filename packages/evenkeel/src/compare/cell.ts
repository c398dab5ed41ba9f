import { join } from 'node:path';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import { compileStep } from '@evenkeel/compiled-step';
import { accuracy, calibration, createTrainer } from '@evenkeel/trainer-core';
import type { CheckpointSource, Trainer, TrainerEvent } from '@evenkeel/trainer-core';
import {
  fileCheckpoints,
  lockFolder,
  metricsFile,
  progressBar,
  removeParts,
  saveOnInterrupt,
} from '@evenkeel/trainer-core/node';
import { checkpointFolder } from './cell-folder.js';
import { cellIdentity, checkCellFolder, claimCellFolder } from './cell-identity.js';
import { networkOf } from './data-sets.js';
import type { Method, MethodOptions } from './methods.js';
import { linesOf } from './metrics-lines.js';
import { provenance } from './provenance.js';
import { epochsOf, recipeOf } from './recipe-of.js';
import { testValues } from './result-file.js';
import type { CellResult } from './result-file.js';
import { commandOf } from './settings.js';
import type { GridIdentity } from './settings.js';

/** What a cell is made of. */
export interface Cell {
  readonly name: string;
  readonly method: Method;
  /** What a second stage starts from. */
  readonly from: CheckpointSource;
  readonly seed: number;
  readonly settings: GridIdentity;
  readonly data: LongTailDataset;
  readonly backend: string;
  /** Checkpoints and metrics of this cell. */
  readonly folder: string;
  /** Shown in front of its progress. */
  readonly label: () => string;
  /** Hears what happens in its training. */
  readonly onEvent: (event: TrainerEvent) => void;
  /** How the program is called. */
  readonly typed?: string;
  /** What to type after an interruption. */
  readonly resumeCommand: string;
}

/** Why a cell was not trained to its end; its checkpoint is saved. */
export interface Interrupted {
  readonly interrupted: string;
}

/**
 * Trains a cell to its end, or resumes it, or says why it was interrupted. Its folder is this process's meanwhile:
 * else TRAINER_NODE_RUN_IN_USE.
 */
export async function runCell(cell: Cell): Promise<CellResult | Interrupted> {
  const { name, seed, settings, data, backend, folder } = cell;
  let chosen: CellResult['chosen'];
  const options = cell.method.options({ from: cell.from, onChosen: (values) => (chosen = values) });
  const identity = cellIdentity(settings, options);
  const made = await provenance(backend);
  const began = performance.now();
  const trainer = trainerOf(cell, options);
  trainer.hooks.events$.subscribe(cell.onEvent);
  const lock = await lockFolder(folder);
  try {
    await removeParts(folder);
    await checkCellFolder(folder, identity);
    await claimCellFolder(folder, identity);
    const measured = await (epochsOf(cell.method, cell.settings) > 0
      ? trainAndMeasure(cell, trainer)
      : measure(trainer, data));
    if ('interrupted' in measured) return measured;
    return {
      method: name,
      seed,
      ...identity,
      data: data.name,
      classCounts: data.classCounts,
      testImages: data.test.size,
      ...(data.notes.length > 0 && { notes: data.notes }),
      seconds: Math.round((performance.now() - began) / 1000),
      ...measured,
      ...(chosen && { chosen }),
      backend,
      ...made,
      date: new Date().toISOString().slice(0, 10),
      command: commandOf(settings, [name], [seed], cell.typed),
    };
  } finally {
    lock.release();
    await trainer.dispose();
  }
}

/** The trainer of a cell that is finished, with the weights after its last epoch. */
export async function finishedTrainer(cell: Cell): Promise<Trainer> {
  const options = cell.method.options({ from: cell.from, onChosen: () => undefined });
  const trainer = trainerOf(cell, options);
  if (epochsOf(cell.method, cell.settings) > 0) await trainer.resume();
  return trainer;
}

/** What training adds to a result. */
type Measured = Pick<CellResult, 'last'> &
  Partial<Pick<CellResult, 'validation' | 'best' | 'diagnostics' | 'seconds' | 'imagesPerSecond'>>;

async function trainAndMeasure(cell: Cell, trainer: Trainer): Promise<Measured | Interrupted> {
  const { data, folder, method, settings } = cell;
  await trainer.resume(undefined, { optional: true });
  const fit = await trainer.fit({
    epochs: epochsOf(method, settings),
    evaluateEvery: data.validation ? 1 : 0,
  });
  if (fit.interrupted) return { interrupted: fit.reason };
  const measured = await measure(trainer, data);
  const metrics = metricsPath(folder);
  const best = data.validation && (await bestOf(trainer, folder, metrics));
  return {
    ...measured,
    ...(best && { best }),
    ...(await lookOf(metrics)),
    seconds: Math.round(fit.seconds),
    imagesPerSecond: Math.round(fit.imagesPerSecond),
  };
}

/** The validation part, then the test images: they are read here, when nothing is left to choose. */
async function measure(
  trainer: Trainer,
  { validation, classNames }: LongTailDataset,
): Promise<Pick<CellResult, 'last' | 'validation'>> {
  const held = validation && {
    ...testValues(await trainer.evaluate({ split: 'validation' })),
    counts: countsOf(validation.labels, classNames.length),
  };
  return { last: testValues(await trainer.evaluate({ split: 'test' })), ...(held && { validation: held }) };
}

function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** The trainer of a cell: data, network, recipe and budget are the grid's, only what the method changes is not. */
function trainerOf(cell: Cell, { plugins, ...others }: MethodOptions): Trainer {
  const { method, seed, settings, data, folder } = cell;
  const epochs = epochsOf(method, settings);
  return createTrainer({
    data,
    model: networkOf(settings),
    ...recipeOf(method, settings),
    compile: compileStep,
    precision: settings.precision,
    metrics: [accuracy(), calibration()],
    ...others,
    plugins: [
      plugins,
      epochs > 0 && [
        diagnostics({ epochs: [epochs - 1] }),
        // The validation part is as long-tailed as the rest: the mean over classes is what does not favour the head.
        fileCheckpoints({
          folder: checkpointFolder(folder),
          keepLast: 1,
          best: data.validation ? 'balanced' : false,
        }),
        metricsFile({ path: metricsPath(folder) }),
        progressBar({ label: cell.label }),
        saveOnInterrupt({ howToResume: () => `Resume with: ${cell.resumeCommand}` }),
      ],
    ],
    seed,
  });
}

function metricsPath(folder: string): string {
  return join(folder, 'metrics.jsonl');
}

/** The test values of the best epoch on the validation part; the trainer then holds its weights. */
async function bestOf(trainer: Trainer, folder: string, metrics: string): Promise<CellResult['best']> {
  const epochs = await linesOf(metrics, 'epoch');
  const values = epochs.map(({ balanced }) => (typeof balanced === 'number' ? balanced : -1));
  const epoch = values.indexOf(Math.max(...values));
  await trainer.resume(join(checkpointFolder(folder), 'best.safetensors'));
  return { epoch: epoch + 1, ...testValues(await trainer.evaluate({ split: 'test' })) };
}

/** The single numbers of the last look of the diagnostics. */
async function lookOf(metrics: string): Promise<Pick<CellResult, 'diagnostics'>> {
  const looks = await linesOf(metrics, 'inspection');
  const look = looks.findLast(({ name }) => name === 'diagnostics');
  if (look === undefined) return {};
  const numbers = Object.entries(look.values ?? {}).filter(
    (entry): entry is [string, number | null] => entry[1] === null || typeof entry[1] === 'number',
  );
  return { diagnostics: Object.fromEntries(numbers) };
}
