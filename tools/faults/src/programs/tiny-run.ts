import { copyFileSync } from 'node:fs';
import { tellError } from '@evenkeel/errors';
import { exitCodeOf } from '@evenkeel/trainer-core/node';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { digestOf, tinyTrainer } from './tiny-trainer.js';

/**
 * node tiny-run.js FOLDER EPOCHS [KEEP] [SLOW] [SAYS]: runs or resumes, tells of its steps, and prints its result as JSON. After
 * step SAYS it tells nothing more.
 */
const [folder, epochs, keepLast = '2', slow = '0', says = 'Infinity'] = process.argv.slice(2);
try {
  await useCpuBackend();
  const trainer = tinyTrainer(folder, { keepLast: Number(keepLast), slow: Number(slow) });
  let from = 0;
  trainer.hooks.events$.subscribe((event) => {
    if (event.type === 'fit-start') from = event.position.step;
    if (event.type === 'fit-start') process.stdout.write(`start ${from}\n`);
    if (event.type !== 'checkpoint-saved') return;
    if (event.position.step <= Number(says)) process.stdout.write(`saved ${event.position.step}\n`);
    // The end of an epoch and its last step are one step and two checkpoints.
    if (Number(keepLast) > 999)
      copyFileSync(event.location, event.location.replace('step-', `all-${event.reason}-`));
  });
  await trainer.resume(undefined, { optional: true });
  const { interrupted, reason, steps, evaluation, history } = await trainer.fit({ epochs: Number(epochs) });
  const losses = history.map(({ loss }) => loss);
  process.stdout.write(
    `${JSON.stringify({ from, interrupted, steps, digest: digestOf(trainer), all: evaluation?.all, losses })}\n`,
  );
  if (interrupted) process.exitCode = exitCodeOf(reason);
  await trainer.dispose();
} catch (error) {
  process.stderr.write(`${tellError(error)}\n`);
  process.exitCode = 1;
}
