import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import type { MetricValues, PluginInput, TrainerEvent } from '@evenkeel/trainer-core';
import { metricsFile } from '@evenkeel/trainer-core/node';
import { expectNoLeak, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { diagnostics } from './diagnostics.js';
import { probeSet } from './probe-set.js';

beforeAll(useCpuBackend);

const data = tinyDataset({ classCounts: [40, 12, 4] });
const make = (plugins: PluginInput) =>
  createTrainer({ data, model: tinyBackbone(), batchSize: 8, seed: 1, plugins });

async function findings(plugins: PluginInput, epochs: number) {
  const trainer = make(plugins);
  const found: [number, MetricValues][] = [];
  trainer.hooks.events$.subscribe((event: TrainerEvent) => {
    if (event.type === 'inspection-end') found.push([event.position.epoch, event.values]);
  });
  await trainer.fit({ epochs });
  const weights = await Promise.all(
    trainer.variables().map(async ({ variable }) => [...(await variable.data())]),
  );
  await trainer.dispose();
  return { found, weights };
}

describe('diagnostics', () => {
  it('measures everything at the epochs that were asked for', async () => {
    const { found } = await findings(diagnostics({ every: 2, examples: 12 }), 3);
    expect(found.map(([epoch]) => epoch)).toEqual([1, 2]);
    const values = found[1][1];
    expect(values).toMatchObject({ examples: 12, hessianConditionKronecker: null });
    for (const key of ['margins', 'weightNorms', 'gradientNorms', 'gradientCosines']) {
      expect(values[key], key).toHaveLength(3);
    }
    for (const key of [
      'rawCorrelation',
      'featureEffectiveRank',
      'drift.base',
      'rawTraceNorm',
      'featureTraceNorm',
      'traceNorm.base',
      'hessianLargest',
    ]) {
      expect(values[key], key).toBeGreaterThan(0);
    }
    const only = await findings(diagnostics({ epochs: [0] }), 3);
    expect(only.found.map(([epoch]) => epoch)).toEqual([0]);
  });

  it('changes no weight', async () => {
    const looked = await findings(diagnostics(), 2);
    expect(looked.weights).toEqual((await findings([], 2)).weights);
  });

  it('leaks nothing', async () => {
    await expectNoLeak(async () => void (await findings(diagnostics(), 1)));
  });

  it('writes lines that a report can be drawn from', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
    const path = join(folder, 'metrics.jsonl');
    await findings([diagnostics(), metricsFile({ path })], 1);
    const lines = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type, name }) => [type, name])).toContainEqual(['inspection', 'diagnostics']);
    await rm(folder, { recursive: true });
  });

  it('refuses options that are out of range', () => {
    for (const [options, text] of [
      [{ every: 0 }, /'every'.*at least 1, received 0/],
      [{ epochs: [-1] }, /'epochs/],
      [{ examples: 1 }, /'examples'/],
      [{ source: 'test' }, /'source' of diagnostics: expected 'train' or 'validation', received 'test'/],
      [{ batches: 0.5 }, /'batches'/],
    ] as const) {
      expect(() => diagnostics(options as never)).toThrow(text);
    }
  });
});

describe('probeSet', () => {
  it('takes the same examples every time, evenly from the classes', () => {
    const probe = probeSet(data.train, 3, 20, 5);
    expect(probeSet(data.train, 3, 20, 5)).toEqual(probe);
    const counts = [0, 0, 0];
    for (const index of probe) counts[data.train.labels[index]]++;
    expect(counts).toEqual([7, 7, 4]);
    expect(new Set(probe).size).toBe(18);
    expect(probeSet(data.train, 3, 20, 6)).not.toEqual(probe);
  });
});
