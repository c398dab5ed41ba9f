import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LongTailDataset } from '@evenkeel/datasets-lt';
import { ldamRecipe, quickRecipe, resnet32, smallResNet } from '@evenkeel/models';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import { compileStep } from '@evenkeel/tfjs-runtime';
import { accuracy, calibration, createTrainer } from '@evenkeel/trainer-core';
import type { PluginInput, Trainer, TrainerEvent } from '@evenkeel/trainer-core';
import { fileCheckpoints, metricsFile, progressBar, saveOnInterrupt } from '@evenkeel/trainer-core/node';
import { cellIdentity, checkCellFolder, claimCellFolder } from './cell-identity.js';
import type { Method } from './methods.js';
import { provenance } from './provenance.js';
import { testValues } from './result-file.js';
import type { CellResult } from './result-file.js';
import { commandOf } from './settings.js';
import type { GridIdentity } from './settings.js';

/** What a cell is made of. */
export interface Cell {
  readonly name: string;
  readonly method: Method;
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
  /** What to type after an interruption. */
  readonly goOn: string;
}

/** Trains a cell to its end, or goes on with it; undefined when it was interrupted, its checkpoint then being saved. */
export async function runCell(cell: Cell): Promise<CellResult | undefined> {
  const { name, seed, settings, data, backend, folder } = cell;
  const identity = cellIdentity(settings, cell.method.options());
  const checkpoints = join(folder, 'checkpoints');
  const metrics = join(folder, 'metrics.jsonl');
  const trainer = trainerOf(cell, [
    // The validation part is as long-tailed as the rest: the mean over classes is what does not favour the head.
    fileCheckpoints({ folder: checkpoints, keepLast: 1, best: data.validation ? 'balanced' : false }),
    metricsFile({ path: metrics }),
    progressBar({ label: cell.label }),
    saveOnInterrupt({ howToResume: () => `Go on with: ${cell.goOn}` }),
  ]);
  trainer.hooks.events$.subscribe(cell.onEvent);
  try {
    await checkCellFolder(folder, identity);
    await claimCellFolder(folder, identity);
    await trainer.resume(undefined, { optional: true });
    const fit = await trainer.fit({ epochs: settings.epochs, evaluateEvery: data.validation ? 1 : 0 });
    if (fit.interrupted) return undefined;
    // The test images are read once, here: nothing before was chosen by them.
    const last = testValues(await trainer.evaluate({ split: 'test' }));
    const best = data.validation && (await bestOf(trainer, join(checkpoints, 'best.safetensors'), metrics));
    return {
      method: name,
      seed,
      ...identity,
      data: data.name,
      classCounts: data.classCounts,
      testImages: data.test.size,
      ...(data.notes.length > 0 && { notes: data.notes }),
      last,
      ...(best && { best }),
      ...(await lookOf(metrics)),
      seconds: Math.round(fit.seconds),
      imagesPerSecond: Math.round(fit.imagesPerSecond),
      backend,
      ...(await provenance(backend)),
      date: new Date().toISOString().slice(0, 10),
      command: commandOf(settings, [name], [seed]),
    };
  } finally {
    await trainer.dispose();
  }
}

/** The trainer of a cell: data, network, recipe and budget are the grid's, only what the method changes is not. */
function trainerOf({ method, seed, settings, data }: Cell, observers: PluginInput): Trainer {
  const { epochs } = settings;
  const { optimizer, schedule, batchSize } =
    settings.recipe === 'ldam' ? ldamRecipe() : quickRecipe({ epochs });
  const { plugins, ...others } = method.options();
  return createTrainer({
    data,
    model: settings.data === 'fashion-mnist-lt' ? smallResNet() : resnet32(),
    optimizer,
    schedule,
    batchSize,
    compile: compileStep,
    metrics: [accuracy(), calibration()],
    ...others,
    plugins: [plugins, diagnostics({ epochs: [epochs - 1] }), observers],
    seed,
  });
}

/** The test values of the best epoch on the validation part; the trainer then holds its weights. */
async function bestOf(trainer: Trainer, path: string, metrics: string): Promise<CellResult['best']> {
  const epochs = await linesOf(metrics, 'epoch');
  const values = epochs.map((line) => (line.balanced as number | null | undefined) ?? -1);
  const epoch = values.indexOf(Math.max(...values));
  await trainer.resume(path);
  return { epoch: epoch + 1, ...testValues(await trainer.evaluate({ split: 'test' })) };
}

/** The single numbers of the last look of the diagnostics. */
async function lookOf(metrics: string): Promise<Pick<CellResult, 'diagnostics'>> {
  const look = (await linesOf(metrics, 'inspection')).at(-1);
  if (look === undefined) return {};
  const numbers = Object.entries(look.values as Record<string, unknown>).filter(
    (entry): entry is [string, number | null] => entry[1] === null || typeof entry[1] === 'number',
  );
  return { diagnostics: Object.fromEntries(numbers) };
}

async function linesOf(path: string, type: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.type === type);
}
