import { nativeStatus } from '@evenkeel/tensorflow-node';
import { precisionHere } from '@evenkeel/compiled-step';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { expect, it } from 'vitest';
import { gradientCosines } from '../programs/gradient-cosines.js';
import { gradients } from '../programs/gradients.js';
import { randomBatch } from '../programs/random-batch.js';
import { stepWork } from '../programs/step-work.js';

if ((await nativeStatus()).ready) await useBackend('native', { onMessage: () => undefined });
const { precision, reason } = precisionHere('bfloat16');
const why = precision === 'float32' ? `, skipped: ${reason}` : '';

it('knows the cosine of sets of vectors, by hand', () => {
  const of = (a: number[], b: number[]) =>
    new Map([
      ['backbone/a', Float32Array.from(a)],
      ['classifier/b', Float32Array.from(b)],
    ]);
  const found = gradientCosines(of([3, 4], [0]), of([4, 3], [12]));
  expect(found.cosine).toBeCloseTo(24 / (5 * 13), 12);
  expect(found['cosine of the backbone']).toBeCloseTo(24 / 25, 12);
});

// PyTorch's autocast has 0.9973, 0.9445 and 0.831 with these weights and images: `npm run bench -- --suite gradients --peers`.
it.skipIf(why !== '')(
  `gives gradients in bfloat16 no further from float32 than PyTorch's autocast${why}`,
  { timeout: 600_000 },
  async () => {
    const { settings, batch } = stepWork('resnet32', false);
    const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
    const [full, half] = [gradients(settings, 'float32'), gradients(settings, 'bfloat16')];
    const found = gradientCosines(await full.run(inputs), await half.run(inputs));
    expect(found.cosine).toBeGreaterThan(0.9973);
    expect(found['cosine of the backbone']).toBeGreaterThan(0.9445);
    expect(found['lowest of a weight']).toBeGreaterThan(0.82);
    for (const made of [full, half, ...Object.values(inputs)]) made.dispose();
  },
);
