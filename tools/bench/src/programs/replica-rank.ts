// A process of the suite `replicas`: steps of ResNet-32 on its rows of a batch; prints the milliseconds of each as JSON.
import { compileStep } from '@evenkeel/compiled-step';
import { resnet32, smallResNet } from '@evenkeel/models';
import { dataParallel } from '@evenkeel/replicas';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createTrainer, sgd } from '@evenkeel/trainer-core';
import { pixels } from './pixels.js';
import { stopwatch } from './trainer-epochs.js';

const { batch, steps, quick, sharedMemory, syncBatchNorm } = JSON.parse(
  process.argv[2],
) as ReplicaRankSettings;

/** What a rank of the suite is told. */
export interface ReplicaRankSettings {
  /** Rows of all ranks together. */
  readonly batch: number;
  readonly steps: number;
  readonly quick: boolean;
  readonly sharedMemory: boolean;
  readonly syncBatchNorm: boolean;
}

await useBackend('native');
const watch = stopwatch();
const trainer = createTrainer({
  data: pixels(Math.max(batch * steps, 10)), // every class is there
  model: quick ? smallResNet() : resnet32(),
  optimizer: sgd({ momentum: 0.9 }),
  compile: compileStep,
  batchSize: batch,
  plugins: [dataParallel({ sharedMemory, syncBatchNorm }), watch.plugin],
});
await trainer.fit({ epochs: 1, evaluateEvery: 0 });
watch.take();
await trainer.fit({ epochs: 2, evaluateEvery: 0 });
process.stdout.write(`${JSON.stringify(watch.take())}\n`);
process.exit(0);
