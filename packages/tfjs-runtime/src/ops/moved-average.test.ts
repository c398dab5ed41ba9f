import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../node/use-backend.js';
import { tryWebgpu } from '../webgpu/try-webgpu.fixture.js';
import { BACKENDS } from './backends.fixture.js';
import { movedAverage } from './moved-average.js';

const missing = await tryWebgpu();
const webgpu = { name: 'webgpu', title: `webgpu${missing ?? ''}`, ready: missing === undefined } as const;

describe.each([...BACKENDS, webgpu])('movedAverage on $title', ({ name, ready }) => {
  it.runIf(ready)('moves by the share, towards the scaled value', async () => {
    await useBackend(name);
    const average = tf.tensor1d([4, -8, 0]);
    const value = tf.tensor1d([8, 8, 1]);
    // 4·0.75 + 8·0.25 = 5; with the value scaled by 2: 4·0.75 + 16·0.25 = 7.
    expect(Array.from(await movedAverage(average, value, 0.25).data())).toEqual([5, -4, 0.25]);
    expect(Array.from(await movedAverage(average, value, 0.25, 2).data())).toEqual([7, -2, 0.5]);
  });
});
