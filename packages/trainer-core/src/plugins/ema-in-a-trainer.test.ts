import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers gradients
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { ExampleSource } from '../contract/dataset.js';
import type { PluginInput } from '../contract/plugin.js';
import { tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { adam } from '../parts/optimizers/adam.js';
import { exponentialMovingAverage } from './ema.js';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

const make = (plugins: PluginInput) =>
  createTrainer({
    data: tinyDataset(),
    model: tinyBackbone(),
    batchSize: 8,
    optimizer: adam(),
    seed: 1,
    plugins,
  });

/** Only the trained weights. */
const weightsOf = (values: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('optimizer/')));

async function imagesOf({ size, exampleShape, read }: ExampleSource): Promise<tf.Tensor> {
  const values = new Float32Array(size * tf.util.sizeFromShape([...exampleShape]));
  await read(
    Int32Array.from({ length: size }, (_, at) => at),
    values,
  );
  return tf.tensor(values, [size, ...exampleShape]);
}

describe('exponentialMovingAverage in a trainer', () => {
  it('evaluates with the averages and leaves the trained weights alone', async () => {
    const [plain, averaged] = [make([]), make([exponentialMovingAverage({ decay: 0.9 })])];
    await plain.fit({ epochs: 3 });
    await averaged.fit({ epochs: 3 });
    const trained = valuesOf(averaged);
    expect(weightsOf(trained)).toEqual(weightsOf(valuesOf(plain)));

    const { test } = tinyDataset();
    const logits = await averaged.predict(test);
    expect(logits).toHaveLength(18);
    expect(await plain.predict(test)).not.toEqual(logits);
    expect(valuesOf(averaged)).toEqual(trained);
    const images = await imagesOf(test);
    const lent = await averaged.withNetwork(async (network) => {
      const features = network.features(images);
      const values = await network.logits(features).data();
      expect(features.shape[0]).toBe(6);
      await expect(averaged.predict(test)).rejects.toThrow(/TRAINER_BUSY.*withNetwork/s);
      return values;
    });
    expect(lent).toEqual(logits);
    expect(valuesOf(averaged)).toEqual(trained);
    for (const { name, variable, kind } of plain.variables()) {
      if (kind === 'weight') variable.assign(tf.tensor(trained[`optimizer/ema/${name}`], variable.shape));
    }
    expect(await plain.predict(test)).toEqual(logits);
    await plain.dispose();
    await averaged.dispose();
  });
});
