import * as tf from '@tensorflow/tfjs-core';
import { cifarResNet, resnet32 } from '@evenkeel/models';
import { compileStep } from '@evenkeel/compiled-step';
import { constant, createTrainer, definePlugin, instanceBalanced, sgd } from '@evenkeel/trainer-core';
import type { Trainer } from '@evenkeel/trainer-core';
import { interleave } from '../interleave.js';
import type { Contestant } from '../interleave.js';
import type { Line } from '../line.js';
import { linesOf, median } from '../line.js';
import type { HandWritten } from '../programs/hand-written.js';
import { handWritten } from '../programs/hand-written.js';
import { pixels } from '../programs/pixels.js';
import { tinyNetwork } from '../programs/tiny-network.js';
import { epochs, stopwatch } from '../programs/trainer-epochs.js';
import type { Suite, SuiteContext } from '../suite.js';

const RATE = 0.05;
const SEED = 3;
/** Of a turn, which is an epoch: a compiled step is looked at when one begins, and before the last step of a run. */
const STEPS = 32;

/** What the trainer costs beside a loop by hand, what its plugins cost, and that nothing grows. */
export const overheadSuite: Suite = async (context) => {
  await context.useFastest();
  return [...(await besideLoop(context)), ...(await emptyPlugins(context)), await growth(context)];
};

/** The trainer and a loop by hand: same data, same ops, same weights at the end. */
async function besideLoop({ quick, turns }: SuiteContext): Promise<Line[]> {
  const batch = quick ? 8 : 128;
  const steps = quick ? 2 : STEPS;
  const data = pixels(batch * steps);
  const settings = {
    backbone: quick ? cifarResNet({ depth: 8, width: 4 }) : resnet32(),
    exampleShape: data.train.exampleShape,
    classes: data.classNames.length,
    optimizer: sgd({ momentum: 0.9 }),
    seed: SEED,
    compile: compileStep,
  };
  const loop = handWritten(settings);
  const watch = stopwatch();
  const trainer = createTrainer({
    ...{ data, batchSize: batch, seed: SEED, compile: compileStep, optimizer: settings.optimizer },
    ...{ model: settings.backbone, schedule: constant(RATE), plugins: [watch.plugin] },
  });
  const { labels } = data.train;
  const sampler = instanceBalanced().build({
    ...{ labels, classCounts: data.classCounts, batchSize: batch, epochs: 1 },
  });
  let epoch = 0;
  const byHand: Contestant = {
    name: 'loop by hand',
    async measure() {
      const plan = sampler.plan(SEED, epoch++);
      const times: number[] = [];
      for (let place = 0; place < plan.length; place++) {
        const start = performance.now();
        const { indices } = plan.batch(place);
        const images = new Float32Array(indices.length * data.train.exampleShape.reduce((a, b) => a * b, 1));
        await data.train.read(indices, images);
        const rows = new Float32Array(indices.length * settings.classes);
        indices.forEach((index, row) => (rows[row * settings.classes + labels[index]] = 1));
        const inputs = {
          images: tf.tensor(images, [indices.length, ...data.train.exampleShape]),
          targets: tf.tensor2d(rows, [indices.length, settings.classes]),
          learningRate: tf.scalar(RATE),
        };
        await loop.step(inputs);
        for (const input of Object.values(inputs)) input.dispose();
        times.push(performance.now() - start);
      }
      return times;
    },
  };
  const contestants = [byHand, epochs('trainer', trainer, watch.take)];
  const times = await interleave(contestants, turns('trainer', { rounds: 3, steps, warmup: steps }));
  await expectEqualWeights(trainer, loop);
  await trainer.dispose();
  loop.dispose();
  const added = 100 * (median(times.get('trainer')!) / median(times.get('loop by hand')!) - 1);
  const [hand, ours] = linesOf('overhead', times, { images: batch, base: 'loop by hand' });
  return [hand, { ...ours, more: { 'added %': added } }];
}

/** Steps of a tiny network with 0, 1, 4 and 16 plugins that listen to every step and do nothing. */
async function emptyPlugins({ quick, turns }: SuiteContext): Promise<Line[]> {
  const counts = [0, 1, 4, 16];
  const data = pixels(quick ? 16 : 1024, { side: 4, channels: 1 });
  const trainers: Trainer[] = [];
  const contestants = counts.map((count) => {
    const watch = stopwatch();
    const listeners = Array.from({ length: count }, (_, at) =>
      definePlugin({
        name: `empty-${at}`,
        version: '0.1.0',
        api: '^2.0',
        setup: ({ hooks }) => void hooks.step$.subscribe(() => undefined),
      }),
    );
    const trainer = createTrainer({
      data,
      model: tinyNetwork,
      batchSize: 4,
      plugins: [watch.plugin, listeners],
    });
    trainers.push(trainer);
    return epochs(`${count} plugins`, trainer, watch.take);
  });
  const times = await interleave(contestants, turns('plugins', { rounds: 8, steps: 256, warmup: 256 }));
  for (const trainer of trainers) await trainer.dispose();
  const without = median(times.get('0 plugins')!);
  return linesOf('overhead', times, { base: '0 plugins' }).map((line, at) =>
    at === 0
      ? line
      : { ...line, more: { 'µs per handler': (1000 * (line.msMedian - without)) / counts[at] } },
  );
}

/** Tensors, memory and handles after 10,000 steps of a tiny network against those after the first 1,000. */
async function growth({ quick, progress }: SuiteContext): Promise<Line> {
  const [perEpoch, all] = quick ? [10, 3] : [1000, 11];
  const data = pixels(perEpoch * 4, { side: 4, channels: 1 });
  const watch = stopwatch();
  const trainer = createTrainer({
    ...{ data, model: tinyNetwork, batchSize: 4, compile: compileStep, plugins: [watch.plugin] },
  });
  const used = () => ({
    tensors: tf.memory().numTensors,
    mebibytes: process.memoryUsage().rss / 2 ** 20,
    handles: process.getActiveResourcesInfo().length,
  });
  await trainer.fit({ epochs: 1, evaluateEvery: 0 });
  const before = used();
  watch.take();
  for (let epoch = 2; epoch <= all; epoch++) {
    await trainer.fit({ epochs: epoch, evaluateEvery: 0 });
    progress('growth', epoch, all);
  }
  const after = used();
  await trainer.dispose();
  const times = watch.take();
  return {
    ...{ suite: 'overhead', name: 'growth', msMin: Math.min(...times), msMedian: median(times) },
    more: {
      tensors: after.tensors - before.tensors,
      'MiB resident': after.mebibytes - before.mebibytes,
      handles: after.handles - before.handles,
    },
  };
}

/** A comparison of times is one only where the same was computed. */
async function expectEqualWeights(trainer: Trainer, loop: HandWritten): Promise<void> {
  const ours = new Map(trainer.variables().map(({ name, variable }) => [name, variable]));
  for (const { name, variable } of loop.variables) {
    const [a, b] = await Promise.all([variable.data(), ours.get(name)?.data()]);
    if (!b || a.some((value, at) => value !== b[at])) {
      throw new Error(`'${name}' differs between the trainer and the loop by hand`);
    }
  }
}
