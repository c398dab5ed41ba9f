import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cifarResNet, resnet10, smallResNet } from '@evenkeel/models';
import { whitening } from '@evenkeel/plugin-whitening';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeModel } from './export-model.js';
import { exportGrid, openPlaces, runGrid } from './grid.js';
import { readGridSettings } from './settings.js';
import { inStock } from './in-stock.fixture.js';
import { squares } from './squares.fixture.js';

describe('exported models in stock TensorFlow.js', () => {
  const methods = ['whiten+b3rs+bet+la', 'ldam-drw', 'lws', 'ncm', 'la-posthoc'];
  let folder: string;
  beforeAll(async () => {
    await useCpuBackend();
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-export-'));
    const words = `--data fashion-mnist-lt --epochs 1 --methods ${methods.join()} --export --out ${folder}`;
    const settings = readGridSettings(words.split(' '));
    await runGrid(settings, await openPlaces(settings), squares(), 'cpu', () => undefined);
    const said: string[] = [];
    await exportGrid(settings, squares(), 'cpu', (line) => said.push(line));
    expect(said).toHaveLength(methods.length);
    expect(said[0]).toBe(
      `Written to ${join(folder, 'runs', 'whiten+b3rs+bet+la.seed-1', 'model', 'model.json')}`,
    );
  }, 120_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  it.each(methods)('give the logits of their trainer: %s', async (method) => {
    const { difference, largest, count } = await inStock(join(folder, 'runs', `${method}.seed-1`, 'model'));
    expect(count).toBe(6);
    expect(difference).toBeLessThan(1e-4 * largest);
  });
});

describe('every backbone', () => {
  const BACKBONES = [cifarResNet({ depth: 8, width: 4 }), resnet10({ width: 4 }), smallResNet({ width: 4 })];

  it.each(BACKBONES.map((backbone) => [backbone.name, backbone] as const))(
    'comes out of %s with its logits',
    async (_name, model) => {
      await useCpuBackend();
      const folder = await mkdtemp(join(tmpdir(), 'evenkeel-export-'));
      const data = tinyDataset({ exampleShape: [17, 16, 3] });
      const trainer = createTrainer({ data, model, batchSize: 12, plugins: [whitening({ groups: 2 })] });
      await trainer.fit({ epochs: 1, evaluateEvery: 0 });
      await writeModel(trainer, data.train.exampleShape, folder);
      await trainer.dispose();
      const { difference, largest } = await inStock(folder);
      expect(largest).toBeGreaterThan(0.01);
      expect(difference).toBeLessThan(1e-4 * largest);
      await rm(folder, { recursive: true });
    },
    60_000,
  );
});
