import { existsSync } from 'node:fs';
import { fromArrays } from '@evenkeel/datasets-lt';
import { smallResNet } from '@evenkeel/models';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createTrainer, sgd } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;
const ready = await useBackend('webgpu').then(
  () => true,
  () => false,
);
const why = ready ? '' : ', skipped: no Vulkan driver; install the packages chromium and libvulkan1';

/** Small images of four classes, [20, 10, 4, 2] to train on; a class is a stripe in its place, with noise. */
function data() {
  const images = (counts: readonly number[]) => {
    const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
    const pixels = Uint8Array.from({ length: labels.length * 64 }, (_, at) => {
      const inStripe = Math.floor((at % 64) / 16) === labels[Math.floor(at / 64)];
      return (inStripe ? 150 : 20) + ((at * 37) % 60);
    });
    return { images: pixels, labels };
  };
  return fromArrays({
    name: 'stripes',
    exampleShape: [8, 8, 1],
    classNames: ['a', 'b', 'c', 'd'],
    train: images([20, 10, 4, 2]),
    test: images([2, 2, 2, 2]),
    shots: ['many', 'medium', 'medium', 'few'],
  });
}

/** Losses of the small ResNet with the four plugins, and what it is evaluated to. */
async function train(backend: 'cpu' | 'webgpu') {
  await useBackend(backend);
  const trainer = createTrainer({
    data: data(),
    model: smallResNet({ width: 4 }),
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
    plugins: [whitening(), logitAdjust({ tau: 1 }), b3rs({ blocks: 2 }), bet({ every: 2 })],
    batchSize: 12,
    seed: 3,
  });
  const losses: number[] = [];
  trainer.hooks.step$.subscribe((event) => {
    if (event.type === 'step-end') losses.push(event.loss);
  });
  const { evaluation } = await trainer.fit({ epochs: 2, evaluateEvery: 2 });
  await trainer.dispose();
  return { losses, evaluation };
}

describe.skipIf(!ready)(`the four plugins on webgpu${why}`, () => {
  it('train the small ResNet as on cpu', async () => {
    const cpu = await train('cpu');
    const webgpu = await train('webgpu');
    expect(webgpu.losses).toHaveLength(cpu.losses.length);
    webgpu.losses.forEach((loss, step) => expect(loss).toBeCloseTo(cpu.losses[step], 4));
    expect(webgpu.evaluation).toEqual(cpu.evaluation);
  });
});
