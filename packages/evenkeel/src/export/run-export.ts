import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileCheckpoints } from '@evenkeel/trainer-core/node';
import { errors } from '../errors.js';
import { prepareBackend } from '../shared/prepare-backend.js';
import { printJson, sayTo } from '../shared/say.js';
import { showProgress } from '../shared/show-progress.js';
import { loadData } from '../train/load-data.js';
import { readRunSettings } from '../train/run-folder.js';
import { addTrainOptions, trainSettings } from '../train/settings.js';
import type { TrainFlags } from '../train/settings.js';
import { TRAIN_METHODS, trainerFor } from '../train/train-methods.js';
import { Command } from 'commander';
import type { ExportFlags } from './export-command.js';
import { FORMATS } from './formats.js';

/**
 * Writes the last checkpoint of a run's methods in a format. Throws EVENKEEL_NOT_A_RUN, EVENKEEL_NO_METHOD, and what the data
 * set, the checkpoint and the export refuse.
 */
export async function runExport(run: string, flags: ExportFlags): Promise<void> {
  const say = sayTo(flags.json);
  const kept = await readRunSettings(run);
  if (kept === undefined) {
    throw errors.NOT_A_RUN({ path: run, expected: 'a run of evenkeel train (its settings.json)' });
  }
  const found = Object.keys(TRAIN_METHODS).filter((name) => existsSync(join(run, name, 'checkpoints')));
  if (found.length === 0) throw errors.NOT_A_RUN({ path: run, expected: 'a checkpoint of a method' });
  const { method } = flags;
  if (method !== undefined && !found.includes(method)) {
    throw errors.NO_METHOD({ path: run, received: method, found });
  }
  const wanted = method === undefined ? found : [method];
  if (flags.out !== undefined && wanted.length > 1) throw errors.SEVERAL_MODELS({ path: run, found });
  const usual = addTrainOptions(new Command()).opts<TrainFlags>();
  const settings = trainSettings({ ...usual, ...kept, dataDir: flags.dataDir ?? kept.dataDir });
  await prepareBackend(flags.backend);
  const data = await loadData(settings, showProgress(), { name: kept.dataName });
  const models: Record<string, string> = {};
  for (const name of wanted) {
    const trainer = trainerFor(TRAIN_METHODS[name](), data, settings, [
      fileCheckpoints({ folder: join(run, name, 'checkpoints'), best: false }),
    ]);
    try {
      await trainer.resume();
      const folder = flags.out ?? join(run, name, 'model');
      models[name] = await FORMATS[flags.format](trainer, folder);
      say(`Written to ${models[name]}`);
    } finally {
      await trainer.dispose();
    }
  }
  if (flags.json) printJson({ models });
}
