import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isEvenkeelError } from '@evenkeel/errors';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { digestOf, tinyTrainer } from './tiny-trainer.js';

/** Memory that a file may cost: a multiple of the largest that is tried. */
const MOST_MEMORY = 400e6;

/**
 * node resume-all.js FOLDER: tries to resume from every file of a folder and prints `NAME <tab> resumed`, a code, or what else
 * came. A refused file must leave the variables as they were.
 */
const [folder] = process.argv.slice(2);
await useCpuBackend();
const trainer = tinyTrainer(join(folder, 'run'));
await trainer.resume(join(folder, 'whole.safetensors'));
const before = digestOf(trainer);
const start = process.memoryUsage().rss;
for (const name of readdirSync(folder).filter((one) => one.endsWith('.safetensors'))) {
  let came = 'resumed';
  try {
    await trainer.resume(join(folder, name));
  } catch (error) {
    came = isEvenkeelError(error) ? error.code : String((error as Error).stack).replaceAll('\n', ' ');
    if (digestOf(trainer) !== before) came = 'changed by what was refused';
  }
  if (process.memoryUsage().rss - start > MOST_MEMORY) came = `took ${process.memoryUsage().rss} bytes`;
  process.stdout.write(`${name}\t${came}\n`);
}
await trainer.dispose();
