import { useBackend } from '@evenkeel/tfjs-runtime/node';
import type { BackendName } from '@evenkeel/tfjs-runtime/node';
import { takeSample } from '../soak/sample.js';
import type { Sample } from '../soak/sample.js';
import { BATCHES, soakStages } from '../soak/stages.js';

/**
 * node soak-run.js BACKEND STEPS FOLDER: trains every stage, STEPS in the longest, and prints a line of JSON for each: its
 * samples, one for each hundredth, and what is left of it after `dispose`.
 */
const [backend, steps, folder] = process.argv.slice(2);
await useBackend(backend as BackendName, { threads: 1, onMessage: () => undefined });
let before: Sample | undefined;
for (const { name, share, trains, make } of soakStages(folder)) {
  const epochs = Math.ceil((Number(steps) * share) / BATCHES);
  const every = Math.max(1, Math.floor(epochs / 100));
  const began = performance.now();
  const samples: Sample[] = [];
  const trainer = make();
  trainer.hooks.epoch$.subscribe((event) => {
    if (event.type === 'epoch-end' && (event.position.epoch + 1) % every === 0)
      samples.push(takeSample(event.position.step));
  });
  let done = epochs;
  if (trains) done = (await trainer.fit({ epochs, evaluateEvery: every })).steps;
  for (let at = 1; !trains && at <= epochs; at++) {
    await trainer.evaluate();
    if (at % every === 0) samples.push(takeSample(at));
  }
  await trainer.dispose();
  const after = takeSample(done);
  process.stdout.write(
    `${JSON.stringify({ name, steps: done, seconds: (performance.now() - began) / 1000, samples, after, before })}\n`,
  );
  before = after;
}
