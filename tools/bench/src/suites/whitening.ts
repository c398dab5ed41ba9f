import { cifarResNet, resnet10, resnet32 } from '@evenkeel/models';
import { whiteningTransform } from '@evenkeel/plugin-whitening';
import { compileStep } from '@evenkeel/compiled-step';
import { sgd } from '@evenkeel/trainer-core';
import { here, interleave } from '../interleave.js';
import type { Line } from '../line.js';
import { linesOf, median } from '../line.js';
import { handWritten } from '../programs/hand-written.js';
import type { HandWrittenOptions } from '../programs/hand-written.js';
import { randomBatch } from '../programs/random-batch.js';
import type { Suite } from '../suite.js';

/** What whitening (zca) adds to a compiled step: 64 features of ResNet-32, in both precisions, 512 of ResNet-10 at 112×112. */
export const whiteningSuite: Suite = async ({ quick, turns, note, useFastest }) => {
  await useFastest();
  const small = quick
    ? { backbone: cifarResNet({ depth: 8, width: 2 }), side: 8, batch: 4, rounds: 1 }
    : { backbone: resnet32(), side: 32, batch: 128, rounds: 24 };
  const large = quick
    ? { backbone: resnet10({ width: 2 }), side: 16, batch: 4, rounds: 1 }
    : { backbone: resnet10(), side: 112, batch: 128, rounds: 6 };
  const cases = [
    { ...small, name: 'resnet32', precision: 'float32' },
    { ...small, name: 'resnet32, bfloat16', precision: 'bfloat16' },
    { ...large, name: 'resnet10', precision: 'float32' },
  ] as const;
  const lines: Line[] = [];
  for (const { backbone, name, side, batch, rounds, precision } of cases) {
    const exampleShape = [side, side, 3];
    const settings = { backbone, exampleShape, classes: 10, optimizer: sgd({ momentum: 0.9 }) };
    const inputs = randomBatch(batch, exampleShape, settings.classes);
    const compile: HandWrittenOptions['compile'] = (step) =>
      compileStep(step, { precision, onMessage: note });
    const plain = handWritten({ ...settings, compile });
    const whitened = handWritten({ ...settings, compile, transforms: [whiteningTransform()] });
    try {
      const withIt = `${name} with whitening`;
      const contestants = [here(name, () => plain.step(inputs)), here(withIt, () => whitened.step(inputs))];
      const times = await interleave(contestants, turns(name, { rounds, steps: 2, warmup: 4 }));
      const added = 100 * (median(times.get(withIt)!) / median(times.get(name)!) - 1);
      const measured = linesOf('whitening', times, { images: batch, base: name });
      lines.push(measured[0], { ...measured[1], more: { 'added %': added } });
    } finally {
      for (const program of [plain, whitened, ...Object.values(inputs)]) program.dispose();
    }
  }
  return lines;
};
