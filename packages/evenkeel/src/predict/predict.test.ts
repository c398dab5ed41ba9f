import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { imageFolder } from '@evenkeel/image-folders';
import { exportGraphModel, toGraphModel } from '@evenkeel/tfjs-export';
import { saveGraphModel } from '@evenkeel/tfjs-export/node';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, useCpuBackend } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { evenkeel, putClasses, useFolder } from '../evenkeel.fixture.js';
import { csvHead, csvRow, predictionsOf } from './prediction.js';

const at = useFolder();
beforeAll(useCpuBackend);

interface Told {
  readonly classNames: readonly string[];
  readonly predictions: readonly {
    readonly file: string;
    readonly class: string;
    readonly probability: number;
    readonly probabilities: readonly { readonly class: string; readonly probability: number }[];
  }[];
  readonly leftOut: readonly string[];
}

const CPU = ['--backend', 'cpu'];

/** A network that was trained a little on a folder of birds, and the probabilities that its trainer gives for the test images. */
async function trained(): Promise<number[][]> {
  const train = await putClasses(at('train'), { 'heron, grey': 8, bittern: 4, wren: 2 });
  const test = await putClasses(at('test'), { 'heron, grey': 2, bittern: 2, wren: 1 });
  const data = await imageFolder({ train, test, size: 8 }).load();
  const trainer = createTrainer({ data, model: tinyBackbone({ features: 4 }), batchSize: 4, seed: 1 });
  await trainer.fit({ epochs: 1, evaluateEvery: 0 });
  await saveGraphModel(await exportGraphModel(trainer), at('run', 'baseline', 'model'));
  const logits = tf.tensor2d(await trainer.predict(data.test), [5, 3]);
  const expected = (await tf.softmax(logits).array()) as number[][];
  await trainer.dispose();
  await data.close();
  return expected;
}

describe('evenkeel predict', () => {
  it('gives the probabilities of the trainer, by class name', async () => {
    const expected = await trained();
    const { code, stdout } = await evenkeel(
      'predict',
      at('run'),
      at('test'),
      ...CPU,
      '--json',
      '--batch',
      '2',
    );
    expect(code).toBe(0);
    const { predictions, classNames, leftOut } = JSON.parse(stdout) as Told;
    expect([classNames, leftOut]).toEqual([['bittern', 'heron, grey', 'wren'], []]);
    expect(predictions.map(({ file }) => file)).toEqual(
      ['bittern/0.png', 'bittern/1.png', 'heron, grey/0.png', 'heron, grey/1.png', 'wren/0.png'].map((name) =>
        at('test', name),
      ),
    );
    for (const [row, { probabilities, ...first }] of predictions.entries()) {
      const of = new Map(probabilities.map((one) => [one.class, one.probability]));
      classNames.forEach((name, label) => expect(of.get(name)).toBeCloseTo(expected[row][label], 5));
      expect(first).toMatchObject(probabilities[0]);
      expect(first.probability).toBeCloseTo(Math.max(...expected[row]), 5);
    }
  });

  it('writes CSV that quotes what has to be quoted, whole or the first classes', async () => {
    await trained();
    const out = at('new', 'classes.csv');
    const done = await evenkeel(
      'predict',
      at('run', 'baseline'),
      at('test', 'wren', '0.png'),
      ...CPU,
      '--out',
      out,
    );
    expect([done.code, done.stdout]).toEqual([0, '']);
    const [head, row, end] = (await readFile(out, 'utf8')).split('\n');
    expect([head, end]).toEqual(['file,class,probability,bittern,"heron, grey",wren', '']);
    expect(row).toContain(at('test', 'wren', '0.png'));
    const top = await evenkeel(
      'predict',
      at('run', 'baseline', 'model', 'model.json'),
      at('test', 'wren'),
      ...CPU,
      '--top',
      '2',
    );
    expect(top.stdout.split('\n')[0]).toBe('file,class,probability,class-2,probability-2');
  });

  it('says which images were left out, and ends with 1 then', async () => {
    await trained();
    await writeFile(at('test', 'wren', 'broken.jpg'), 'no image');
    const strict = await evenkeel('predict', at('run'), at('test'), ...CPU);
    expect([strict.code, strict.stdout]).toEqual([1, '']);
    expect(strict.stderr).toMatch(/\[IMAGES_BAD_IMAGE\].*broken\.jpg/);
    const skipped = await evenkeel(
      'predict',
      at('run'),
      at('test'),
      ...CPU,
      '--bad-images',
      'skip',
      '--json',
    );
    const { predictions, leftOut } = JSON.parse(skipped.stdout) as Told;
    expect([skipped.code, predictions.length, leftOut.length]).toEqual([1, 5, 1]);
    expect(skipped.stderr).toMatch(/Left out: .*broken\.jpg/);
  });

  it('takes a model without names and numbers, of grey images', async () => {
    // Logits are the mean light times 1, 2 and 3.
    const artifacts = await toGraphModel(
      (images) => tf.mul(tf.mean(images, [1, 2]), tf.tensor2d([[1, 2, 3]])),
      { exampleShape: [4, 4, 1] },
    );
    await saveGraphModel(artifacts, at('grey'));
    const background = { r: 255, g: 0, b: 0 };
    await mkdir(at('red'));
    await sharp({ create: { width: 9, height: 9, channels: 3, background } })
      .png()
      .toFile(at('red', 'red.png'));
    const { stdout } = await evenkeel('predict', at('grey'), at('red', 'red.png'), ...CPU, '--json');
    const [{ probabilities }] = (JSON.parse(stdout) as Told).predictions;
    expect(probabilities.map((one) => one.class)).toEqual(['2', '1', '0']);
    const powers = [3, 2, 1].map((factor) => Math.exp(0.299 * factor));
    const sum = powers.reduce((total, power) => total + power);
    probabilities.forEach(({ probability }, place) =>
      expect(probability).toBeCloseTo(powers[place] / sum, 5),
    );
  });

  it('names what is no model, a damaged one, and one for other inputs', async () => {
    await trained();
    await saveGraphModel(await toGraphModel((rows) => tf.mul(rows, 2), { exampleShape: [7] }), at('numbers'));
    await writeFile(at('run', 'baseline', 'model', 'model.json'), '{"form');
    await mkdir(at('empty'));
    for (const [model, text] of [
      ['empty', /EVENKEEL_NO_MODEL.*evenkeel export RUN/],
      ['numbers', /EVENKEEL_NOT_FOR_IMAGES/],
      ['run', /EVENKEEL_MODEL_DAMAGED.*model\.json/],
    ] as const) {
      const { code, stderr } = await evenkeel('predict', at(model), at('test'), ...CPU);
      expect([code, stderr]).toEqual([1, expect.stringMatching(text)]);
    }
  });

  it('wants to know which model of several', async () => {
    for (const name of ['baseline', 'end-to-end']) {
      await mkdir(at('both', name, 'model'), { recursive: true });
      await writeFile(at('both', name, 'model', 'model.json'), '{}');
    }
    const several = await evenkeel('predict', at('both'), at());
    expect(several.stderr).toMatch(/EVENKEEL_SEVERAL_MODELS.*'baseline', 'end-to-end'.*--method baseline/);
    const other = await evenkeel('predict', at('both'), at(), '--method', 'bets');
    expect(other.stderr).toMatch(/EVENKEEL_NO_METHOD.*'bets'/);
  });
});

it('lists classes by probability, equal ones by number, also where names are numbers', () => {
  const [one] = predictionsOf(['a,b.png'], Float32Array.of(0.25, 0.5, 0.25), ['7', '3', '1']);
  expect(one.probabilities.map((entry) => entry.class)).toEqual(['3', '7', '1']);
  expect(csvHead(['7', '3', '1'])).toBe('file,class,probability,7,3,1');
  expect(csvRow(one, ['7', '3', '1'])).toBe('"a,b.png",3,0.5,0.25,0.5,0.25');
  expect(csvRow({ ...one, file: 'x"y' }, ['7', '3', '1'], 2)).toBe('"x""y",3,0.5,7,0.25,1,0.25');
});
