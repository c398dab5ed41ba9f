import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { evenkeel, putClasses, useFolder } from '../evenkeel.fixture.js';

const at = useFolder();

interface Trained {
  readonly out: string;
  readonly runs: readonly { readonly name: string; readonly perClass: readonly (number | null)[] }[];
}

/** A quick run on a few images; its options but `--out`. */
async function birds(): Promise<string[]> {
  await putClasses(at('birds', 'train'), { bittern: 5, heron: 3 });
  await putClasses(at('birds', 'test'), { bittern: 1, heron: 1 });
  const quick = ['--size', '8', '--batch', '8', '--epochs', '1', '--method', 'baseline', '--backend', 'cpu'];
  return ['--data', 'folder', '--data-dir', at('birds'), ...quick];
}

describe('evenkeel train', () => {
  it('trains on a folder, whose network export writes again and predict uses, wherever the folder is', async () => {
    const options = await birds();
    const trained = await evenkeel('train', ...options, '--out', at('run'), '--json');
    expect(trained.stderr).toContain('Accuracy on the test images');
    expect(trained.code).toBe(0);
    const { out, runs } = JSON.parse(trained.stdout) as Trained;
    expect(out).toBe(at('run'));
    expect(runs).toMatchObject([{ name: 'baseline', backend: 'cpu', classCounts: [5, 3], epochs: 1 }]);
    const model = at('run', 'baseline', 'model');
    const weights = await readFile(`${model}/weights.bin`);

    await rm(model, { recursive: true });
    await rename(at('birds'), at('moved'));
    const moved = ['--data-dir', at('moved'), '--backend', 'cpu'];
    const exported = await evenkeel('export', at('run'), ...moved, '--json');
    expect(exported.code).toBe(0);
    expect(JSON.parse(exported.stdout)).toEqual({ models: { baseline: `${model}/model.json` } });
    expect(await readFile(`${model}/weights.bin`)).toEqual(weights);

    const predicted = await evenkeel('predict', at('run'), at('moved', 'test'), '--backend', 'cpu', '--json');
    const { predictions } = JSON.parse(predicted.stdout) as { predictions: { class: string }[] };
    const right = ['bittern', 'heron'].map((name, row) => Number(predictions[row].class === name));
    expect(right).toEqual(runs[0].perClass);

    const resumed = await evenkeel(
      'train',
      ...options,
      '--data-dir',
      at('moved'),
      '--out',
      at('run'),
      '--resume',
    );
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/Accuracy on the test images/) });
  }, 400_000);

  it('says where there is nothing to export', async () => {
    const { code, stderr } = await evenkeel('export', at('none'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/EVENKEEL_NOT_A_RUN.*settings\.json/)]);
    expect(existsSync(at('none'))).toBe(false);
  });
});
