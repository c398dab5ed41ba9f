import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { createTrainer, FEATURE_TRANSFORMS, INSPECTORS } from '@evenkeel/trainer-core';
import type { MetricValues, SetupContext } from '@evenkeel/trainer-core';
import { describe, expect, it, vi } from 'vitest';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { whitenessResidual } from './whiteness-residual.js';
import { whiteningMatrix } from './whitening-matrix.js';
import { whitening } from './whitening.js';

describe('whitening', () => {
  it('contributes one feature transform, and a look at it', () => {
    const contribute = vi.fn();
    whitening().setup({ roles: { contribute } } as unknown as SetupContext);
    expect(contribute.mock.calls).toEqual([
      [FEATURE_TRANSFORMS, expect.objectContaining({ name: 'whitening' })],
      [INSPECTORS, expect.objectContaining({ name: 'whitening' })],
    ]);
  });

  it('reports after every epoch how far evaluation is from white', async () => {
    await useCpuBackend();
    const options = { epsilon: 0.2, groups: 2 };
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      batchSize: 8,
      plugins: [whitening(options)],
    });
    const found: (readonly [string, MetricValues])[] = [];
    trainer.hooks.events$.subscribe((event) => {
      if (event.type === 'inspection-end') found.push([event.name, event.values]);
    });
    await trainer.fit({ epochs: 2 });
    expect(found.map(([name]) => name)).toEqual(['whitening', 'whitening']);
    const { variable } = trainer.variables().find(({ name }) => name.endsWith('whitening/covariance'))!;
    const covariance = variable as Tensor as Tensor3D;
    const expected = whitenessResidual(
      whiteningMatrix(covariance, { epsilon: 0.2 }),
      covariance,
    ).dataSync()[0];
    expect(found[1][1]).toEqual({ residual: expected });
    expect(expected).toBeGreaterThan(0.01);
    await trainer.dispose();
  });

  it('says which tags there are when no batch has one that statistics names', async () => {
    await useCpuBackend();
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      batchSize: 8,
      plugins: [whitening({ statistics: ['embeded'] })],
    });
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow(
      /WHITENING_UNKNOWN_TAG.*batches, 'base', received 'embeded'/,
    );
    // Statistics that came from elsewhere, as in a second stage, are taken as they are.
    const mean = trainer.variables().find(({ name }) => name === 'features/whitening/mean')!.variable;
    mean.assign(tf.onesLike(mean));
    await expect(trainer.fit({ epochs: 2 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });

  it('describes itself', () => {
    expect(whitening().description).toBe('zca (ε = 0.1, momentum 0.1, statistics from all batches)');
    expect(whitening({ method: 'newton', groups: 4, blend: 0.5, statistics: ['base'] }).description).toBe(
      'newton (ε = 0.1, 5 iterations, 4 groups, blend 0.5, momentum 0.1, statistics from base batches)',
    );
    expect(whitening({ affine: true, floor: 1e-3 }).description).toBe(
      'zca (ε = 0.1, floor 0.001, affine, momentum 0.1, statistics from all batches)',
    );
    expect(whitening({ method: 'batch-norm', groups: 4 }).description).toBe(
      'batch-norm (momentum 0.1, statistics from all batches)',
    );
  });

  it('refuses bad options at once', () => {
    expect(() => whitening({ epsilon: 2 })).toThrow(/WHITENING_BAD_OPTION.*'epsilon'.*received 2/);
  });

  it('has the version of its package', () => {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ name: whitening().name, version: whitening().version });
    expect(whitening()).toMatchObject({ name: '@evenkeel/plugin-whitening', api: '^2.0' });
  });
});
