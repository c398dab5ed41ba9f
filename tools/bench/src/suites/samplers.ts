import { embed, embeddingSchedule } from '@evenkeel/plugin-bet';
import { b3rsSampler } from '@evenkeel/plugin-b3rs';
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

/** Every batch of one epoch: what the trainer asks of a sampler between the first batch and the last. */
function planAll(sampler: Sampler, epoch: number): number {
  const plan = sampler.plan(1, epoch);
  let last = 0;
  for (let place = 0; place < plan.length; place++) last = plan.batch(place).indices[0];
  return last;
}

/** Planning an epoch with relatively balanced batches embedded, at the sizes of the large long-tailed data sets. */
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
  }
  return lines;
};
