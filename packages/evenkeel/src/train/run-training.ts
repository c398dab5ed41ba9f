import { join } from 'node:path';
import { watchRuns } from '@evenkeel/live-page';
import type { RunsWatch } from '@evenkeel/live-page';
import { exitCodeOf } from '@evenkeel/trainer-core/node';
import { prepareBackend } from '../shared/prepare-backend.js';
import { printJson, sayTo } from '../shared/say.js';
import type { Say } from '../shared/say.js';
import { showProgress } from '../shared/show-progress.js';
import { loadData } from './load-data.js';
import { readResults, tableOf, writeResults } from './results.js';
import type { RunResult } from './results.js';
import { openRunFolder } from './run-folder.js';
import type { RunFolder } from './run-folder.js';
import { metricsPath, runMethod } from './run-method.js';
import type { TrainSettings } from './settings.js';
import { TRAIN_METHODS, trainerFor } from './train-methods.js';
import type { TrainMethods } from './train-methods.js';

/** What a program says of itself, defaults filled in. */
export interface TrainingProgram {
  /** How it is called, for the command that resumes. */
  readonly typed: string;
  readonly methods?: TrainMethods;
}

/** How a call has ended. */
interface Ending {
  readonly runs: readonly RunResult[];
  readonly interrupted?: string;
}

/**
 * Trains what the settings ask for and writes `result.json`, checkpoints, metrics and models into the folder of `out`. Sets the exit
 * code when it was interrupted, or a model could not be written. Throws what the folder, the data set and the trainer refuse.
 */
export async function runTraining(settings: TrainSettings, program: TrainingProgram): Promise<void> {
  const say = sayTo(settings.json);
  const folder = await openRunFolder(settings, say);
  const watch = await watchRuns({ live: settings.live, title: `Long-tailed training: ${settings.data}` });
  try {
    if (watch.url) say(`The runs can be watched at ${watch.url}`);
    const { runs, interrupted } = await trainAll(settings, program, folder, watch, say);
    if (interrupted !== undefined) process.exitCode = exitCodeOf(interrupted);
    if (settings.json) printJson({ out: settings.out, ...(interrupted && { interrupted }), runs });
  } finally {
    await watch.close();
    await folder.close();
  }
}

async function trainAll(
  settings: TrainSettings,
  { typed, methods = TRAIN_METHODS }: TrainingProgram,
  folder: RunFolder,
  watch: RunsWatch,
  say: Say,
): Promise<Ending> {
  const backend = await prepareBackend(settings.backend);
  const data = await loadData(settings, showProgress(), { name: folder.dataName });
  say(`${data.name}: ${shown(data.classCounts)} training images, ${data.test.size} test images`);
  for (const note of data.notes) say(`  ${note}`);
  const wanted = Object.entries(methods).filter(
    ([name]) => settings.method === 'both' || settings.method === name,
  );
  // What a trainer refuses, it refuses before an earlier run is moved aside.
  for (const [, plugins] of wanted) await trainerFor(plugins(), data, settings).dispose();
  await folder.claim(data.name);

  const path = join(settings.out, 'result.json');
  const runs = folder.goesOn ? await readResults(path) : [];
  for (const [name, plugins] of wanted) {
    if (runs.some((run) => run.name === name)) continue;
    const ended = await runMethod({ name, plugins: plugins(), data, settings, backend, typed, say, watch });
    if ('interrupted' in ended) return { runs, interrupted: ended.interrupted };
    runs.push(ended);
    await writeResults(path, runs);
  }
  const files = Object.keys(methods).map((name) => ({ name, path: metricsPath(settings.out, name) }));
  const report = await watch.report(files, join(settings.out, 'report.html'));
  say(
    `\nAccuracy on the test images, epochs: ${settings.epochs}\n\n${tableOf(runs)}\n\nWritten to ${path}; ` +
      `the networks, for tf.loadGraphModel, to ${join(settings.out, '{method}', 'model')}\n${report}`,
  );
  return { runs };
}

/** All counts of a few classes, the ends of many. */
function shown(counts: readonly number[]): string {
  if (counts.length <= 100) return counts.join(' ');
  return `${counts.slice(0, 5).join(' ')} … ${counts.slice(-5).join(' ')} (${counts.length} classes)`;
}
