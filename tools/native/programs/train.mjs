// Sets native up where it is not ready, tests it, and trains ResNet-32 on made images for a moment; prints one line of JSON. Steps
// of 128 images by default; `node train.mjs IMAGES_PER_STEP STEPS`. EVENKEEL_INDEX names the package index.
import { availableParallelism } from 'node:os';
import { compileStep } from '@evenkeel/compiled-step';
import { fromArrays } from '@evenkeel/datasets-lt';
import { cifarResNet, resnet32 } from '@evenkeel/models';
import { nativeStatus, setupNative, showSetupProgress } from '@evenkeel/tensorflow-node';
import { hasOwnOps, nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createTrainer, sgd } from '@evenkeel/trainer-core';

const [batch = 128, steps = 20] = process.argv.slice(2).map(Number);
const begun = performance.now();
const { ready } = await nativeStatus();
if (!ready) {
  const view = showSetupProgress();
  await setupNative({ index: process.env.EVENKEEL_INDEX, onProgress: view.onProgress }).finally(view.stop);
}
const setupSeconds = (performance.now() - begun) / 1000;
const { description } = await useBackend('native');

/** Images of two classes: one is brighter on the left, the other on the right. */
function made(count) {
  const images = new Uint8Array(count * 32 * 32 * 3);
  const labels = Int32Array.from({ length: count }, (_, at) => at % 2);
  let noise = 1;
  for (let at = 0; at < images.length; at++) {
    noise = (noise * 48271) % 2147483647;
    const left = Math.floor(at / 3) % 32 < 16;
    images[at] = (noise % 100) + (left === (labels[Math.floor(at / 3072)] === 0) ? 100 : 0);
  }
  return { images, labels };
}

const data = fromArrays({
  name: 'halves',
  exampleShape: [32, 32, 3],
  classNames: ['left', 'right'],
  train: made(batch * steps),
  test: made(64),
});
const model = batch < 32 ? cifarResNet({ depth: 8 }) : resnet32();
const trainer = createTrainer({
  data,
  model,
  optimizer: sgd({ momentum: 0.9 }),
  compile: compileStep,
  batchSize: batch,
  seed: 1,
});
await trainer.fit({ epochs: 1, evaluateEvery: 2 });
const start = performance.now();
const { history, evaluation } = await trainer.fit({ epochs: 2, evaluateEvery: 2 });
const seconds = (performance.now() - start) / 1000;
const result = {
  node: process.version,
  machine: `${process.platform}-${process.arch}`,
  backend: description,
  threads: availableParallelism(),
  ownOps: hasOwnOps(nativeBackend()),
  setupSeconds: Number(setupSeconds.toFixed(1)),
  losses: history.map(({ loss }) => Number(loss.toFixed(4))),
  accuracy: evaluation?.metrics?.['accuracy/all'] ?? evaluation,
  imagesPerSecond: Math.round((batch * steps) / seconds),
  megabytes: Math.round(process.memoryUsage().rss / 1e6),
};
console.log(JSON.stringify(result));
await trainer.dispose();
process.exit();
