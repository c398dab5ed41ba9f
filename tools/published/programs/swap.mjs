// Resumes a run of version 1.0.0 of a plugin with other versions of it; prints what happens to each.
import { fileCheckpoints } from '@evenkeel/trainer-core/node';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';

await useCpuBackend();

/** Counts steps; `key` names its state, and none keeps nothing. */
function counter({ version, api = '^1.0', key }) {
  return {
    name: 'counter',
    version,
    api,
    setup({ hooks, state }) {
      let steps = 0;
      hooks.step$.subscribe((event) => (steps += event.type === 'step-end' ? 1 : 0));
      if (key) state.persist(key, { version: 1, save: () => steps, load: (value) => (steps = value) });
    },
  };
}

async function runWith(plugin) {
  const plugins = [plugin, fileCheckpoints({ folder: 'runs/swap' })];
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, plugins });
  try {
    await trainer.resume(undefined, { optional: true });
    const { steps } = await trainer.fit({ epochs: 2 });
    return `${steps} steps`;
  } finally {
    await trainer.dispose();
  }
}

const versions = {
  first: { version: '1.0.0', key: 'steps' },
  patched: { version: '1.0.1', key: 'steps' },
  renamed: { version: '2.0.0', key: 'count' },
  stateless: { version: '2.0.0' },
  newer: { version: '3.0.0', api: '^2.0', key: 'steps' },
};
const outcomes = {};
for (const [name, options] of Object.entries(versions)) {
  outcomes[name] = await Promise.resolve()
    .then(() => runWith(counter(options)))
    .catch((error) => error.message);
}
console.log(JSON.stringify(outcomes));
