// Resumes runs of one version of a plugin with another one; prints what happens to each.
import { mkdtempSync } from 'node:fs';
import { fileCheckpoints } from '@evenkeel/trainer-core/node';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';

await useCpuBackend();

/** Counts steps; `key` names its state, and none keeps nothing. */
function counter({ version, api = '^2.0', key, form = 1 }) {
  return {
    name: 'counter',
    version,
    api,
    setup({ hooks, state }) {
      let steps = 0;
      hooks.step$.subscribe((event) => (steps += event.type === 'step-end' ? 1 : 0));
      if (key) state.persist(key, { version: form, save: () => steps, load: (value) => (steps = value) });
    },
  };
}

async function runWith(plugin, folder) {
  const plugins = [plugin, fileCheckpoints({ folder })];
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, plugins });
  try {
    await trainer.resume(undefined, { optional: true });
    const { steps } = await trainer.fit({ epochs: 2 });
    return `${steps} steps`;
  } finally {
    await trainer.dispose();
  }
}

const first = { version: '1.0.0', key: 'steps' };
const swaps = {
  first: [first],
  patched: [first, { version: '1.0.1', key: 'steps' }],
  renamed: [first, { version: '2.0.0', key: 'count' }],
  stateless: [first, { version: '2.0.0' }],
  newer: [first, { version: '3.0.0', api: '^3.0', key: 'steps' }],
  raised: [first, { version: '2.1.0', key: 'steps', form: 2 }],
  older: [{ version: '2.1.0', key: 'steps', form: 2 }, first],
};
const outcomes = {};
for (const [name, versions] of Object.entries(swaps)) {
  const folder = mkdtempSync('run-');
  for (const options of versions) {
    outcomes[name] = await Promise.resolve()
      .then(() => runWith(counter(options), folder))
      .catch((error) => error.message);
  }
}
console.log(JSON.stringify(outcomes));
