import { cifarResNet, resnet32 } from '@evenkeel/models';
import { b3rs } from '@evenkeel/plugin-b3rs';
import { bet } from '@evenkeel/plugin-bet';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import { compileStep } from '@evenkeel/compiled-step';
import { createTrainer, sgd } from '@evenkeel/trainer-core';
import type { PluginInput } from '@evenkeel/trainer-core';
import type { Line } from '../line.js';
import { median } from '../line.js';
import { pixels } from '../programs/pixels.js';
import type { Suite } from '../suite.js';

const BATCH = 128;
/** Batches of an epoch of CIFAR-10-LT at imbalance 100: 12,406 images. */
const EPOCH = 97;
/** By default a look is at the end of every third epoch. */
const EVERY = 3;

/**
 * What a look of the diagnostics costs beside an epoch of ResNet-32 on CIFAR-10-LT, with batches of one tag and of two: looks at the
 * end of short epochs, against as many steps as the real one has.
 */
export const diagnosticsSuite: Suite = async ({ quick, progress, useFastest }) => {
  await useFastest();
  const epochs = quick ? 2 : 4;
  // Enough for four embedded batches, which is what a look takes of each tag.
  const batches = quick ? 2 : 20;
  const data = pixels(BATCH * batches, { augment: true });
  const lines: Line[] = [];
  const cases: readonly (readonly [name: string, plugins: PluginInput])[] = [
    ['instance-balanced', []],
    ['b3rs + bet', [b3rs(), bet(quick ? { every: 1 } : {})]],
  ];
  for (const [name, plugins] of cases) {
    const [stepMs, lookMs]: number[][] = [[], []];
    const trainer = createTrainer({
      data,
      model: quick ? cifarResNet({ depth: 8, width: 4 }) : resnet32(),
      optimizer: sgd({ momentum: 0.9 }),
      compile: compileStep,
      plugins: [plugins, diagnostics({ every: 1 })],
    });
    trainer.hooks.events$.subscribe((event) => {
      if (event.type === 'step-end') stepMs.push(event.stepMs);
      if (event.type === 'inspection-end') lookMs.push(1000 * event.seconds);
      progress(name, stepMs.length, epochs * batches);
    });
    try {
      await trainer.fit({ epochs, evaluateEvery: 0 });
    } finally {
      await trainer.dispose();
    }
    const step = median(stepMs.slice(batches));
    const looks = lookMs.slice(1);
    const percent = (100 * median(looks)) / (EPOCH * step);
    lines.push({
      suite: 'diagnostics',
      name: `a look, ${name}`,
      msMin: Math.min(...looks),
      msMedian: median(looks),
      more: { 'step ms': step, '% of an epoch': percent, '% by default': percent / EVERY },
    });
  }
  return lines;
};
