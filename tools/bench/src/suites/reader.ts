import { cifarResNet, resnet32 } from '@evenkeel/models';
import { compileStep } from '@evenkeel/compiled-step';
import { createRandom, createTrainer, definePlugin, sgd } from '@evenkeel/trainer-core';
import { here, interleave } from '../interleave.js';
import { linesOf, median } from '../line.js';
import { pixels } from '../programs/pixels.js';
import type { Suite } from '../suite.js';

const BATCH = 128;

/** Cutting, augmenting and normalising a batch, and how long a ResNet-32 step waits for it. */
export const readerSuite: Suite = async ({ quick, peers, turns, progress, useFastest, note }) => {
  await useFastest();
  const batches = quick ? 2 : 12;
  const data = pixels(BATCH * batches, { augment: true });
  const into = new Float32Array(BATCH * 32 * 32 * 3);
  let place = 0;
  const read = async (): Promise<void> => {
    const random = createRandom(1, 'read', place++);
    const indices = Int32Array.from({ length: BATCH }, () => random.integer(data.train.size));
    await data.train.read(indices, into, (row) => random.fork(row));
  };
  const program = await peers?.start('reader.py', { batch: BATCH, images: data.train.size });
  if (program) note(program.description);
  let times: ReadonlyMap<string, readonly number[]>;
  try {
    const contestants = [here('read and augment', read), ...(program?.contestants ?? [])];
    times = await interleave(contestants, turns('reader', { rounds: 10, steps: 10, warmup: 10 }));
  } finally {
    await program?.close();
  }

  const stepMs: number[] = [];
  const shares: number[] = [];
  const watch = definePlugin({
    name: 'watch',
    version: '0.1.0',
    api: '^2.0',
    setup({ hooks }) {
      hooks.events$.subscribe((event) => {
        if (event.type === 'step-end') stepMs.push(event.stepMs);
        if (event.type === 'epoch-end') shares.push(event.readShare);
        progress('trainer', stepMs.length, 3 * batches);
      });
    },
  });
  const trainer = createTrainer({
    data,
    model: quick ? cifarResNet({ depth: 8, width: 4 }) : resnet32(),
    optimizer: sgd({ momentum: 0.9 }),
    compile: compileStep,
    plugins: [watch],
  });
  await trainer.fit({ epochs: 3, evaluateEvery: 0 });
  await trainer.dispose();
  const steps = stepMs.slice(batches);
  return [
    ...linesOf('reader', times, { images: BATCH, base: 'read and augment' }),
    {
      suite: 'reader',
      name: 'trainer',
      msMin: Math.min(...steps),
      msMedian: median(steps),
      more: { 'waited %': 100 * median(shares.slice(1)) },
    },
  ];
};
