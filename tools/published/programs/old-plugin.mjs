// Trains with a plugin of an earlier time, if this core takes it; prints both contracts and what happened.
import { bet } from '@evenkeel/plugin-bet';
import { createTrainer, PLUGIN_API_VERSION } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';

await useCpuBackend();

async function outcome(plugin) {
  try {
    const data = tinyDataset({ classCounts: [40, 16, 6, 2] });
    const trainer = createTrainer({ data, model: tinyBackbone(), batchSize: 8, plugins: [plugin] });
    const { steps } = await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    return `${steps} steps`;
  } catch (error) {
    return error.message;
  }
}

const plugin = bet({ every: 2 });
console.log(JSON.stringify({ core: PLUGIN_API_VERSION, plugin: plugin.api, outcome: await outcome(plugin) }));
