import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BFLOAT16_LIST } from '@evenkeel/compiled-step';
import type { InBfloat16 } from '@evenkeel/compiled-step';
import { here, interleave } from '../interleave.js';
import { linesOf } from '../line.js';
import type { Line } from '../line.js';
import { gradientCosines } from '../programs/gradient-cosines.js';
import { gradients } from '../programs/gradients.js';
import type { Gradients } from '../programs/gradients.js';
import { randomBatch } from '../programs/random-batch.js';
import { stepWork } from '../programs/step-work.js';
import type { Suite } from '../suite.js';

const IS_GRADIENT = /Backprop|Grad/;

/** Parts of the list, and which of its operations are left out for them. */
const PARTS = [
  { name: 'bfloat16 forward, float32 backward', without: (op: string) => IS_GRADIENT.test(op) },
  { name: 'float32 forward, bfloat16 backward', without: (op: string) => !IS_GRADIENT.test(op) },
];

/**
 * How far gradients in bfloat16 are from those in float32, ours and PyTorch's with the same first weights and images of
 * noise, ResNet-32: cosines of all gradients, of the backbone's, and the lowest of a single weight. PyTorch's float32 is beside ours.
 */
export const gradientsSuite: Suite = async ({ quick, peers, turns, useFastest, note }) => {
  await useFastest();
  const { settings, batch, peer } = stepWork('resnet32', quick);
  const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
  const full = gradients(settings, 'float32');
  const half = gradients(settings, 'bfloat16', note);
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  const reference = await full.run(inputs);
  const figures = new Map([['bfloat16', gradientCosines(reference, await half.run(inputs))]]);
  // What costs it: the same with a part of the list taken out.
  const parts = PARTS.map(({ name, without }) => ({ name, part: gradientsWithout(without, settings) }));
  for (const { name, part } of parts) figures.set(name, gradientCosines(reference, await part.run(inputs)));
  const file = join(folder, 'given.json');
  await writeFile(
    file,
    JSON.stringify({
      weights: mapped(full.weights(), ({ shape, values }) => ({ shape, values: [...values] })),
      gradients: mapped(reference, (values) => [...values]),
      images: { shape: inputs.images.shape, values: [...inputs.images.dataSync()] },
    }),
  );
  const program = await peers?.start('torch_gradients.py', { ...peer, file });
  try {
    if (program) note(program.description);
    for (const [name, found] of Object.entries(program?.figures ?? {})) figures.set(name, found);
    const contestants = [
      here('float32', () => full.run(inputs)),
      here('bfloat16', () => half.run(inputs)),
      ...parts.map(({ name, part }) => here(name, () => part.run(inputs))),
      ...(program?.contestants ?? []),
    ];
    const times = await interleave(contestants, turns('gradients', { rounds: 3, steps: 1, warmup: 2 }));
    return linesOf('gradients', times, { base: 'float32' }).map((line): Line =>
      figures.has(line.name) ? { ...line, more: figures.get(line.name) } : line,
    );
  } finally {
    await program?.close();
    for (const made of [full, half, ...parts.map(({ part }) => part), ...Object.values(inputs)])
      made.dispose();
    await rm(folder, { recursive: true });
  }
};

function mapped<From, To>(map: ReadonlyMap<string, From>, make: (value: From) => To): Record<string, To> {
  return Object.fromEntries([...map].map(([name, value]) => [name, make(value)]));
}

/** Gradients in bfloat16, but for some operations. */
function gradientsWithout(
  isOut: (op: string) => boolean,
  settings: Parameters<typeof gradients>[0],
): Gradients {
  const made = gradients(settings, 'bfloat16');
  return {
    ...made,
    async run(inputs) {
      const list = BFLOAT16_LIST as Map<string, InBfloat16>;
      const out = [...list].filter(([op]) => isOut(op));
      for (const [op] of out) list.delete(op);
      try {
        return await made.run(inputs); // recorded here, the first time
      } finally {
        for (const [op, entry] of out) list.set(op, entry);
      }
    },
  };
}
