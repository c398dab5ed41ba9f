import { join } from 'node:path';
import { isEvenkeelError } from '@evenkeel/errors';
import { loadData } from './load-data.js';
import { prepareBackend } from './prepare-backend.js';
import { readResults, tableOf, writeResults } from './results.js';
import { prepareFolder } from './run-folder.js';
import { runMethod } from './run-method.js';
import { METHOD_NAMES, readSettings } from './settings.js';
import type { Settings } from './settings.js';
import { showProgress } from './show-progress.js';

async function main(settings: Settings): Promise<void> {
  const goesOn = await prepareFolder(settings);
  const backend = await prepareBackend(settings.backend);
  const data = await loadData(settings, showProgress());
  console.log(`${data.name}: ${shown(data.classCounts)} training images, ${data.test.size} test images`);
  for (const note of data.notes) console.log(`  ${note}`);

  const path = join(settings.out, 'result.json');
  const runs = goesOn ? await readResults(path) : [];
  for (const method of METHOD_NAMES) {
    if (settings.method !== 'both' && settings.method !== method) continue;
    if (runs.some((run) => run.name === method)) continue;
    const run = await runMethod(method, data, settings, backend);
    if (run === undefined) {
      process.exitCode = 130;
      return;
    }
    runs.push(run);
    await writeResults(path, runs);
  }
  console.log(
    `\nAccuracy on the test images, epochs: ${settings.epochs}\n\n${tableOf(runs)}\n\nWritten to ${path}; ` +
      `the networks, for tf.loadGraphModel, to ${join(settings.out, '{method}', 'model')}`,
  );
}

/** All counts of a few classes, the ends of many. */
function shown(counts: readonly number[]): string {
  if (counts.length <= 100) return counts.join(' ');
  return `${counts.slice(0, 5).join(' ')} … ${counts.slice(-5).join(' ')} (${counts.length} classes)`;
}

try {
  await main(readSettings(process.argv.slice(2)));
} catch (error) {
  // A fault of ours or the user's has said what to do; anything else needs its stack.
  console.error(isEvenkeelError(error) ? error.message : error);
  process.exitCode = 1;
}
