import * as tf from '@tensorflow/tfjs-core';
import { smallResNet } from '@evenkeel/models';
import { compileStep } from '@evenkeel/compiled-step';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import type { BackendName } from '@evenkeel/tfjs-runtime/node';
import { sgd } from '@evenkeel/trainer-core';
import { here, interleave } from '../interleave.js';
import type { Contestant } from '../interleave.js';
import { linesOf } from '../line.js';
import { handWritten } from '../programs/hand-written.js';
import { randomBatch } from '../programs/random-batch.js';
import type { Suite } from '../suite.js';

const NAMES: readonly BackendName[] = ['native', 'wasm', 'webgpu', 'cpu'];

/** The small ResNet on every backend that starts here; cpu is all that TensorFlow.js itself offers where wasm cannot train. */
export const backendsSuite: Suite = async ({ quick, turns, note }) => {
  const batch = quick ? 2 : 32;
  const contestants: Contestant[] = [];
  const disposals: (() => void)[] = [];
  for (const name of NAMES) {
    const backend = await useBackend(name).catch(() => undefined);
    if (backend === undefined) continue;
    note(`${name}: ${backend.description}`);
    const exampleShape = [28, 28, 1];
    const optimizer = sgd({ momentum: 0.9 });
    const settings = { backbone: smallResNet(), exampleShape, classes: 10, optimizer };
    const program = handWritten({ ...settings, compile: compileStep });
    const inputs = randomBatch(batch, exampleShape, settings.classes);
    const steps = here(name, () => program.step(inputs));
    contestants.push({
      name,
      async measure(count) {
        await tf.setBackend(backend.tfjsBackend);
        return steps.measure(count);
      },
    });
    disposals.push(() => [program, ...Object.values(inputs)].forEach((owner) => owner.dispose()));
  }
  try {
    const times = await interleave(contestants, turns('backends', { rounds: 5, steps: 2, warmup: 3 }));
    return linesOf('backends', times, { images: batch, base: contestants[0].name });
  } finally {
    for (const dispose of disposals) dispose();
  }
};
