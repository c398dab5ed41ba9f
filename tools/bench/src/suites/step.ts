import { availableParallelism } from 'node:os';
import { cifarResNet, resnet32 } from '@evenkeel/models';
import { compileStep } from '@evenkeel/compiled-step';
import type { Precision } from '@evenkeel/compiled-step';
import { sgd } from '@evenkeel/trainer-core';
import { here, interleave } from '../interleave.js';
import { linesOf } from '../line.js';
import { handWritten } from '../programs/hand-written.js';
import type { HandWrittenOptions } from '../programs/hand-written.js';
import { naiveResNet } from '../programs/naive-resnet.js';
import { predicting } from '../programs/predicting.js';
import { randomBatch } from '../programs/random-batch.js';
import type { Suite } from '../suite.js';

const SCRIPTS = ['torch_step.py', 'tensorflow_step.py'];

/**
 * One step of ResNet-32 at CIFAR's shapes: compiled in both precisions, op by op, as a user of TensorFlow.js writes it, and by
 * peers in all their modes; and a batch of predictions.
 */
export const stepSuite: Suite = async ({ quick, peers, turns, useFastest, note }) => {
  await useFastest();
  const [batch, width, blocks] = quick ? [8, 4, 1] : [128, 16, 5];
  const settings = {
    backbone: quick ? cifarResNet({ depth: 8, width }) : resnet32(),
    exampleShape: [32, 32, 3],
    classes: 10,
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
  };
  const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
  const compiled = handWritten({ ...settings, compile: compileStep });
  const half = handWritten({ ...settings, compile: inBfloat16(note) });
  const predictions = ['float32', 'bfloat16'].map((precision) =>
    predicting(settings, precision as Precision),
  );
  const eager = handWritten(settings);
  const naive = naiveResNet({ width, blocks });
  const peerSettings = { batch, width, blocks, threads: availableParallelism() };
  const programs = peers ? await Promise.all(SCRIPTS.map((script) => peers.start(script, peerSettings))) : [];
  programs.forEach(({ description }) => note(description));
  try {
    const contestants = [
      here('compiled', () => compiled.step(inputs)),
      here('compiled, bfloat16', () => half.step(inputs)),
      here('op by op', () => eager.step(inputs)),
      here('plain TensorFlow.js', () => naive.step(inputs.images, inputs.targets)),
      ...programs.flatMap((program) => program.contestants),
      ...predictions.map(({ name, run }) => here(name, () => run(inputs.images))),
    ];
    const times = await interleave(contestants, turns('step', { rounds: 10, steps: 3, warmup: 4 }));
    return linesOf('step', times, { images: batch, base: 'compiled' });
  } finally {
    for (const program of programs) await program.close();
    for (const program of [compiled, half, eager, naive, ...predictions, ...Object.values(inputs)])
      program.dispose();
  }
};

/** Compiles in bfloat16, and notes where that is float32 here. */
function inBfloat16(note: (text: string) => void): NonNullable<HandWrittenOptions['compile']> {
  return (step) => compileStep(step, { precision: 'bfloat16', onMessage: note });
}
