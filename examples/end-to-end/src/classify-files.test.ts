// A network leaves with its preprocessing, and stock TensorFlow.js classifies image files with it.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { imageFolder } from '@evenkeel/image-folders';
import { exportGraphModel } from '@evenkeel/tfjs-export';
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, useCpuBackend } from '@evenkeel/trainer-testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(useCpuBackend);

interface Metadata {
  readonly classNames: readonly string[];
  readonly normalisation: { readonly mean: number[]; readonly std: number[] };
  readonly preprocessing: { readonly colours: 'RGB'; readonly resize: number; readonly size: number };
}

describe('an exported network', () => {
  it('says how to prepare files, and gives the logits of the trainer for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
    for (const [name, background] of Object.entries({ blue: '#2030c0', red: '#c03020' })) {
      await mkdir(join(folder, name), { recursive: true });
      for (const i of [0, 1, 2, 3]) {
        const size = { width: 40 + i, height: 30 };
        await sharp({ create: { ...size, channels: 3, background } })
          .png()
          .toFile(join(folder, name, `${i}.png`));
      }
    }
    const data = await imageFolder({ train: folder, test: folder, size: 8 }).load();
    const trainer = createTrainer({ data, model: tinyBackbone({ features: 4 }), batchSize: 4, seed: 1 });
    await trainer.fit({ epochs: 1 });
    const expected = await trainer.predict(data.test);
    const model = await loadGraphModel(tf.io.fromMemory(await exportGraphModel(trainer)));

    const { classNames, normalisation, preprocessing } = metadataOf(model);
    expect(classNames).toEqual(['blue', 'red']);
    expect(preprocessing).toEqual({ colours: 'RGB', resize: 9, size: 8 });
    const { resize, size } = preprocessing;
    const pixels = await sharp(join(folder, 'red', '1.png')).resize(resize, resize, { fit: 'cover' }).extract({ left: 0, top: 0, width: size, height: size }).raw().toBuffer(); // prettier-ignore
    const image = tf.div(tf.tensor(new Uint8Array(pixels), [1, size, size, 3], 'float32'), 255);
    const logits = model.predict(tf.div(tf.sub(image, normalisation.mean), normalisation.std)) as tf.Tensor;
    const row = Array.from(expected).slice(5 * 2, 6 * 2);
    Array.from(logits.dataSync()).forEach((value, at) => expect(value).toBeCloseTo(row[at], 4));
    await trainer.dispose();
    await data.close();
    await rm(folder, { recursive: true });
  });
});

function metadataOf(model: Awaited<ReturnType<typeof loadGraphModel>>): Metadata {
  return model.metadata as Metadata;
}
