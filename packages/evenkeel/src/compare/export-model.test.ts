import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cifarResNet, resnet10, smallResNet } from '@evenkeel/models';
import { whitening } from '@evenkeel/plugin-whitening';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeModel } from './export-model.js';
import { exportGrid, openPlaces, runGrid } from './grid.js';
import { readGridSettings } from './settings.js';
import { squares } from './squares.fixture.js';

/** Loads a model in a process with stock TensorFlow.js and nothing of ours. */
async function inStock(folder: string): Promise<{ difference: number; largest: number; count: number }> {
  const program = fileURLToPath(new URL('../../golden/stock-program.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

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

describe('the models beside the results', () => {
  it('give in stock TensorFlow.js the logits that their trainer gave', async () => {
    const results = fileURLToPath(new URL('../../../../docs/results/', import.meta.url));
    const files = await readdir(results, { recursive: true });
    for (const file of files.filter((name) => name.endsWith('model.json'))) {
      const { difference, largest } = await inStock(join(results, dirname(file)));
      expect(difference, file).toBeLessThan(1e-4 * largest);
    }
  });
});
