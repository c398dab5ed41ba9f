import { readFileSync } from 'node:fs';
import { renderErrors } from '@evenkeel/errors';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { describe, expect, it } from 'vitest';
import { errors } from './errors.js';
import { whitening } from './whitening.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const source = readFileSync(new URL(import.meta.url), 'utf8');

describe('README', () => {
  it('has an example that runs', async () => {
    // example
    await useCpuBackend(); // for real training: useBackend of @evenkeel/tfjs-runtime
    const trainer = createTrainer({
      data: tinyDataset({ classCounts: [60, 20, 6] }),
      model: tinyBackbone({ features: 16 }),
      plugins: [whitening({ epsilon: 0.1 })],
      batchSize: 16,
      seed: 1,
    });
    const { evaluation } = await trainer.fit({ epochs: 5 }); // running statistics whiten the test images
    await trainer.dispose();
    // end of example
    expect(evaluation?.all).toBeGreaterThan(0.6);
  });

  it('shows the example as it ran', () => {
    const [, body] = /\/\/ example\n(.*?) *\/\/ end of example/s.exec(source) ?? [];
    expect(body.length).toBeGreaterThan(100);
    expect(readme).toContain(body.replace(/^ {4}/gm, ''));
  });

  it('lists every error', () => {
    const tables = readme.replace(/ +/g, ' ');
    for (const { code } of renderErrors(errors)) expect(tables).toContain(`| \`${code}\` |`);
  });
});
