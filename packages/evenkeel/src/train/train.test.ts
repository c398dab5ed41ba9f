import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { evenkeel, putClasses, useFolder } from '../evenkeel.fixture.js';

const at = useFolder();
const bin = fileURLToPath(new URL('../../bin/evenkeel.mjs', import.meta.url));
const built = existsSync(new URL('../../dist/main.js', import.meta.url));

/** Runs the executable, as a user does; throws where it does not end with 0. */
async function spawned(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [bin, ...args]);
}

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

const why = built ? '' : ', skipped: it is not built (npx tsc --build)';

describe.skipIf(!built)(`the executable${why}`, { timeout: 600_000 }, () => {
  it('trains on a folder, whose network export writes again and predict uses, wherever the folder is', async () => {
    const options = await birds();
    const trained = await spawned('train', ...options, '--out', at('run'), '--json');
    expect(trained.stderr).toContain('Accuracy on the test images');
    const { out, runs } = JSON.parse(trained.stdout) as Trained;
    expect(out).toBe(at('run'));
    expect(runs).toMatchObject([{ name: 'baseline', backend: 'cpu', classCounts: [5, 3], epochs: 1 }]);
    const model = at('run', 'baseline', 'model');
    const weights = await readFile(`${model}/weights.bin`);

    await rm(model, { recursive: true });
    await rename(at('birds'), at('moved'));
    const moved = ['--data-dir', at('moved'), '--backend', 'cpu'];
    const exported = await spawned('export', at('run'), ...moved, '--json');
    expect(JSON.parse(exported.stdout)).toEqual({ models: { baseline: `${model}/model.json` } });
    // Twenty million bytes: compared at once, not one by one.
    expect(weights.equals(await readFile(`${model}/weights.bin`))).toBe(true);

    const predicted = await spawned('predict', at('run'), at('moved', 'test'), '--backend', 'cpu', '--json');
    const { predictions } = JSON.parse(predicted.stdout) as { predictions: { class: string }[] };
    const right = ['bittern', 'heron'].map((name, row) => Number(predictions[row].class === name));
    expect(right).toEqual(runs[0].perClass);

    const again = ['--data-dir', at('moved'), '--out', at('run'), '--resume'];
    const resumed = await spawned('train', ...options, ...again);
    expect(resumed.stdout).toContain('Accuracy on the test images');
  });
});

describe('evenkeel export', () => {
  it('says where there is nothing to export', async () => {
    const { code, stderr } = await evenkeel('export', at('none'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/EVENKEEL_NOT_A_RUN.*settings\.json/)]);
    expect(existsSync(at('none'))).toBe(false);
  });
});
