import { join } from 'node:path';
import { tellError } from '@evenkeel/errors';
import { watchRuns } from '@evenkeel/live-page';
import type { RunsWatch } from '@evenkeel/live-page';
import { exitCodeOf, onClosedOutput } from '@evenkeel/trainer-core/node';
import { loadData } from './load-data.js';
import { trainerFor } from './methods.js';
import { prepareBackend } from './prepare-backend.js';
import { readResults, tableOf, writeResults } from './results.js';
import { openRunFolder } from './run-folder.js';
import type { RunFolder } from './run-folder.js';
import { metricsPath, runMethod } from './run-method.js';
import { METHOD_NAMES, readSettings } from './settings.js';
import type { Settings } from './settings.js';
import { showProgress } from './show-progress.js';

async function main(settings: Settings): Promise<void> {
  const folder = await openRunFolder(settings);
  const watch = await watchRuns({ live: settings.live, title: `Long-tailed training: ${settings.data}` });
  try {
    if (watch.url) console.log(`The runs can be watched at ${watch.url}`);
    await run(settings, folder, watch);
  } finally {
    await watch.close();
    await folder.close();
  }
}

async function run(settings: Settings, folder: RunFolder, watch: RunsWatch): Promise<void> {
  const backend = await prepareBackend(settings.backend);
  const data = await loadData(settings, showProgress());
  console.log(`${data.name}: ${shown(data.classCounts)} training images, ${data.test.size} test images`);
  for (const note of data.notes) console.log(`  ${note}`);
  const methods = METHOD_NAMES.filter((name) => settings.method === 'both' || settings.method === name);
  // What a trainer refuses, it refuses before an earlier run is moved aside.
  for (const method of methods) await trainerFor(method, data, settings).dispose();
  await folder.claim();

  const path = join(settings.out, 'result.json');
  const runs = folder.goesOn ? await readResults(path) : [];
  for (const method of methods) {
    if (runs.some((run) => run.name === method)) continue;
    const ended = await runMethod(method, data, settings, backend, watch);
    if ('interrupted' in ended) {
      process.exitCode = exitCodeOf(ended.interrupted);
      return;
    }
    runs.push(ended);
    await writeResults(path, runs);
  }
  const files = METHOD_NAMES.map((name) => ({ name, path: metricsPath(settings.out, name) }));
  const report = await watch.report(files, join(settings.out, 'report.html'));
  console.log(
    `\nAccuracy on the test images, epochs: ${settings.epochs}\n\n${tableOf(runs)}\n\nWritten to ${path}; ` +
      `the networks, for tf.loadGraphModel, to ${join(settings.out, '{method}', 'model')}\n${report}`,
  );
}

// `npm start | head`: what is written then is lost, and a run that is under way stops and saves.
onClosedOutput(() => (process.exitCode = exitCodeOf('output was closed')));
/** All counts of a few classes, the ends of many. */
function shown(counts: readonly number[]): string {
  if (counts.length <= 100) return counts.join(' ');
  return `${counts.slice(0, 5).join(' ')} … ${counts.slice(-5).join(' ')} (${counts.length} classes)`;
}

try {
  await main(readSettings(process.argv.slice(2)));
} catch (error) {
  // A fault of ours or the user's has said what to do; anything else needs its stack.
  console.error(tellError(error));
  process.exitCode = 1;
}
