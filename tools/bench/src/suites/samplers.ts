import { embed, embeddingSchedule } from '@evenkeel/plugin-bet';
import type { EmbeddingOptions } from '@evenkeel/plugin-bet';
import { b3rsSampler } from '@evenkeel/plugin-b3rs';
import type { B3rsOptions } from '@evenkeel/plugin-b3rs';
import { instanceBalanced } from '@evenkeel/trainer-core';
import type { Sampler } from '@evenkeel/trainer-core';
import { here, interleave } from '../interleave.js';
import type { Line } from '../line.js';
import { linesOf } from '../line.js';
import { longTail } from '../programs/long-tail.js';
import type { Suite } from '../suite.js';

/** Size of the training sets; their profiles are made up, exponential. */
const SETS = [
  { name: 'ImageNet-LT', images: 115_846, classes: 1000 },
  { name: 'iNaturalist 2018', images: 437_513, classes: 8142 },
];
const LARGEST = SETS[1];

/** A setting whose plan is much to compute. */
interface Setting {
  readonly name: string;
  readonly b3rs: B3rsOptions;
  readonly bet?: EmbeddingOptions;
  readonly batchSize?: number;
}

/** The settings that took seconds once, at the size of the larger set. */
function slowSettings(classes: number): Setting[] {
  const perClass = Array.from({ length: classes }, (_, label) => [label]);
  const shares = perClass.map((_, label) => 1 + ((label * 7919) % 1009) / 1009); // all of them different
  const sqrt = { blocks: perClass, beta: 0.5 };
  return [
    { name: 'classes within blocks, gamma 0.5', b3rs: { gamma: 0.5 } },
    { name: '3 blocks, batch 1', b3rs: {}, bet: { every: 1, length: 'extend' }, batchSize: 1 },
    { name: '1000 blocks', b3rs: { blocks: { by: 'quantile', blocks: Math.min(1000, classes) } } },
    { name: 'a block per class', b3rs: { blocks: perClass } },
    { name: 'a block per class, every 1', b3rs: { blocks: perClass }, bet: { every: 1, length: 'extend' } },
    { name: 'a block per class, beta 0.5, batch 32', b3rs: sqrt, bet: { every: 1 }, batchSize: 32 },
    { name: 'a block per class, shares, gamma 1', b3rs: { blocks: perClass, shares, gamma: 1 } },
    { name: 'a block per class, batch 4096', b3rs: { blocks: perClass }, batchSize: 4096 },
    { name: 'a block per class, batch 1', b3rs: { blocks: perClass }, bet: { every: 1 }, batchSize: 1 },
  ];
}

/** Every batch of one epoch: what the trainer asks of a sampler between the first batch and the last. */
function planAll(sampler: Sampler, epoch: number): number {
  const plan = sampler.plan(1, epoch);
  let last = 0;
  for (let place = 0; place < plan.length; place++) last = plan.batch(place).indices[0];
  return last;
}

/** Planning an epoch with relatively balanced batches embedded, at the sizes of the large long-tailed data sets; and settings that are hard. */
export const samplersSuite: Suite = async ({ quick, peers, turns, note }) => {
  const lines: Line[] = [];
  for (const { name, ...size } of SETS) {
    const { images, classes } = quick ? { images: 2000, classes: 20 } : size;
    const classCounts = longTail(images, classes);
    const labels = Int32Array.from(classCounts.flatMap((count, label) => Array<number>(count).fill(label)));
    const context = { labels, classCounts, batchSize: 128, epochs: 200 };
    const sampler = embed(instanceBalanced(), b3rsSampler(), embeddingSchedule()).build(context);
    const program = await peers?.start('samplers.py', { name, classCounts, batch: 128 });
    if (program) note(program.description);
    let epoch = 0;
    try {
      const base = `b3rs + bet, ${name}`;
      const contestants = [here(base, () => planAll(sampler, epoch++)), ...(program?.contestants ?? [])];
      const times = await interleave(contestants, turns(name, { rounds: 10, steps: 3, warmup: 3 }));
      lines.push(...linesOf('samplers', times, { images, base }));
    } finally {
      await program?.close();
    }
    if (name !== LARGEST.name) continue;
    const slow = slowSettings(classes).map(({ name: setting, b3rs, bet, batchSize = 128 }) => {
      const sampler = embed(instanceBalanced(), b3rsSampler(b3rs), embeddingSchedule(bet));
      const built = sampler.build({ ...context, batchSize: quick ? Math.min(batchSize, 128) : batchSize });
      return here(`${setting}, ${name}`, () => planAll(built, epoch++));
    });
    const times = await interleave(slow, turns(`${name}, settings`, { rounds: 5, steps: 1, warmup: 2 }));
    lines.push(...linesOf('samplers', times, { images }));
  }
  return lines;
};
