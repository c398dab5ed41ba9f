// Trains without and with the generated plugin; prints the loss of the last epoch of each.
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { imageNoise } from './image-noise/dist/index.js';

await useCpuBackend();
const losses = [];
for (const plugins of [[], [imageNoise({ sigma: 1 })]]) {
  const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, plugins });
  const { history } = await trainer.fit({ epochs: 2 });
  losses.push(history[1].loss);
  await trainer.dispose();
}
console.log(JSON.stringify(losses));
