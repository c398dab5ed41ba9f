// A program for tests: trains a network with batch norm and whitening as one rank, and prints its variables as JSON.
import { compileStep } from '@evenkeel/compiled-step';
import { smallResNet } from '@evenkeel/models';
import { whitening } from '@evenkeel/plugin-whitening';
import { dataParallel } from '@evenkeel/replicas';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createTrainer, sgd } from '@evenkeel/trainer-core';
import { tinyDataset } from '@evenkeel/trainer-testing';

/** What a rank is told. */
export interface SynchronisedRunSettings {
  readonly compile: boolean;
  readonly syncBatchNorm: boolean;
}

const { compile, syncBatchNorm } = JSON.parse(process.argv[2]) as SynchronisedRunSettings;
await useBackend('native', { threads: 1 });
const trainer = createTrainer({
  data: tinyDataset({ classCounts: [150, 70, 29], exampleShape: [8, 8, 3] }), // batches of 128 and 121
  model: smallResNet({ stemStride: 1, width: 8 }),
  optimizer: sgd({ momentum: 0.9 }),
  batchSize: 128,
  // With some seeds a ReLU lies so near 0 that it turns over by how batch normalisation rounds, and gradients jump by a thousandth.
  seed: 7,
  ...(compile && { compile: compileStep }),
  plugins: [whitening({ groups: 4 }), dataParallel({ syncBatchNorm, meetSeconds: 120 })],
});
const { history } = await trainer.fit({ epochs: 2, evaluateEvery: 0 });
const variables = trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]);
const losses = history.map(({ loss }) => loss);
const text = JSON.stringify({ losses, variables: Object.fromEntries(variables) as object });
process.stdout.write(`${text}\n`, () => process.exit(0));
