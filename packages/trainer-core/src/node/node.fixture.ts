import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import type { Metric } from '../contract/metric.js';
import type { PluginInput } from '../contract/plugin.js';
import { createTrainer } from '../create-trainer.js';
import { tinyBackbone, tinyDataset } from '../session/tiny.fixture.js';
import { constant } from '../parts/schedules/constant.js';
import type { Trainer } from '../trainer.js';

/** Gives every test of a file the cpu backend and its own empty folder. */
export function useFolder(): () => string {
  let folder = '';
  beforeAll(() => tf.setBackend('cpu'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return () => folder;
}

/** A trainer of three steps per epoch. */
export function tinyTrainer(plugins: PluginInput, metrics?: readonly Metric[]): Trainer {
  return createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    schedule: constant(0.05),
    batchSize: 8,
    plugins,
    ...(metrics && { metrics, taskMetrics: false }),
  });
}

/** A metric that reports these results, one after the other. */
export function scripted(...results: Record<string, number>[]): Metric {
  return { name: 'scripted', start: () => ({ add: () => undefined, result: () => results.shift() ?? {} }) };
}

/** A stream that only remembers. */
export function memoryStream(): NodeJS.WriteStream & { text: string } {
  const stream = { text: '', isTTY: false, write: (text: string) => Boolean((stream.text += text)) };
  return stream as unknown as NodeJS.WriteStream & { text: string };
}
