import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { evenkeel, useFolder } from '../evenkeel.fixture.js';
import { birds, spawned, unbuilt } from '../executable.fixture.js';

const at = useFolder();

interface Trained {
  readonly out: string;
  readonly runs: readonly { readonly name: string; readonly perClass: readonly (number | null)[] }[];
}

describe.skipIf(unbuilt !== '')(`the executable${unbuilt}`, { timeout: 600_000 }, () => {
  it('trains on a folder, whose network export writes again and predict uses, wherever the folder is', async () => {
    const options = await birds(at('birds'), 1);
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

    const onnx = await spawned('export', at('run'), ...moved, '--format', 'onnx', '--json');
    expect(JSON.parse(onnx.stdout)).toEqual({ models: { baseline: `${model}/model.onnx` } });
    const session = await InferenceSession.create(`${model}/model.onnx`);
    expect([session.inputNames, session.outputNames]).toEqual([['images'], ['logits']]);
    await session.release();

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

  it('names the formats where another is asked for', async () => {
    const { code, stderr } = await evenkeel('export', at('none'), '--format', 'keras');
    expect([code, stderr]).toEqual([2, expect.stringContaining('tfjs, onnx')]);
  });
});
