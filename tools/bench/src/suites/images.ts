import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { imageFolder, imageList, prepareShards, tarShards } from '@evenkeel/image-folders';
import type { ImageDataset } from '@evenkeel/image-folders';
import { createRandom } from '@evenkeel/trainer-core';
import { here, interleave } from '../interleave.js';
import { type Line, linesOf } from '../line.js';
import { drawPhotographs } from '../programs/photographs.js';
import type { Suite } from '../suite.js';

/** So small that a few images make enough batches for every worker of the peer to have as many. */
const BATCH = 8;

/** Real photographs beside the checkout, where they are. */
const SAMPLE = fileURLToPath(new URL('../../../../../shared/data/imagenet-sample/train', import.meta.url));

/** A pass over JPEGs: decoded, cut at random to 224 × 224, mirrored, normalised, in batches; and how lists open. */
export const imagesSuite: Suite = async ({ quick, peers, turns, progress, note }) => {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  const cache = process.env.EVENKEEL_CACHE;
  process.env.EVENKEEL_CACHE = join(folder, 'cache');
  const threads = Math.min(4, availableParallelism());
  try {
    const real = !quick && existsSync(SAMPLE);
    const root = real ? SAMPLE : await drawPhotographs(join(folder, 'drawn'), quick ? 8 : 96);
    const { pattern } = await prepareShards({ from: root, to: join(folder, 'shards'), name: 'all' });
    const loose = await imageFolder({ train: root, test: root, threads }).load();
    const prepared = await tarShards({ train: pattern, test: pattern, threads }).load();
    note(`${loose.train.size} ${real ? 'photographs' : 'drawn images'}, ${threads} decoding threads`);
    const passes = quick ? { warmup: 1, counted: 1 } : { warmup: 8, counted: 16 };
    const settings = { root, workers: threads, batch: BATCH, ...passes };
    const program = await peers?.start('images.py', settings);
    if (program) note(program.description);
    const processor = new Map(Object.entries(program?.figures ?? {}));
    processor.set('folder', await processorTime(loose, passes));
    processor.set('prepared shards', await processorTime(prepared, passes));
    const contestants = [
      here('folder', () => pass(loose)),
      here('prepared shards', () => pass(prepared)),
      ...(program?.contestants ?? []),
    ];
    try {
      const times = await interleave(contestants, turns('images', { rounds: 5, steps: 2, warmup: 2 }));
      const images = loose.train.size;
      return [
        ...linesOf('images', times, { images, base: 'folder' }).map((line) => ({
          ...line,
          more: processor.get(line.name),
        })),
        ...(await opening(folder, 'ImageNet-LT', quick ? 2000 : 115_846, 1000)),
        ...(await opening(folder, 'iNaturalist 2018', quick ? 4000 : 437_513, 8142)),
      ];
    } finally {
      await program?.close();
      await loose.close();
      await prepared.close();
      progress('images', 1, 1);
    }
  } finally {
    if (cache === undefined) delete process.env.EVENKEEL_CACHE;
    else process.env.EVENKEEL_CACHE = cache;
    await rm(folder, { recursive: true });
  }
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let passesMade = 0;

/** All images once, in batches, each augmented by its own streams; so many batches at once as the trainer asks for. */
async function pass({ train }: ImageDataset): Promise<void> {
  const random = createRandom(1, 'pass', passesMade++);
  const order = random.shuffle(Int32Array.from({ length: train.size }, (_, index) => index));
  const begun: Promise<void>[] = [];
  for (let from = 0; from < order.length; from += BATCH) {
    const indices = order.subarray(from, from + BATCH);
    const into = new Float32Array(indices.length * 224 * 224 * 3);
    begun.push(Promise.resolve(train.read(indices, into, (row) => random.fork(from + row))));
    if (begun.length === (train.readsAtOnce ?? 1)) await begun.shift();
  }
  await Promise.all(begun);
}

/** What all threads compute for an image, which other work on the machine hardly changes. */
async function processorTime(data: ImageDataset, { warmup, counted }: { warmup: number; counted: number }) {
  for (let i = 0; i < warmup; i++) await pass(data);
  const from = process.cpuUsage();
  for (let i = 0; i < counted; i++) await pass(data);
  const { user, system } = process.cpuUsage(from);
  return { 'CPU ms an image': (user + system) / 1000 / counted / data.train.size };
}

/** Time and memory to open a list of a given size, its files being there: for the first time, and again. */
async function opening(folder: string, name: string, images: number, classes: number): Promise<Line[]> {
  const root = join(folder, name);
  const lines: string[] = [];
  for (let label = 0; label < Math.min(classes, images); label++) {
    const below = `train/n${String(label).padStart(8, '0')}`;
    await mkdir(join(root, below), { recursive: true });
    const count = Math.ceil((images - label) / classes);
    for (let i = 0; i < count; i++)
      lines.push(`${below}/n${String(label).padStart(8, '0')}_${i}.JPEG ${label}`);
    // Empty files: opening a list looks for names and reads no image.
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        writeFile(join(root, below, `n${String(label).padStart(8, '0')}_${i}.JPEG`), ''),
      ),
    );
  }
  const list = join(folder, `${name}.txt`);
  await writeFile(list, lines.join('\n'));
  // What changed within the last two seconds is looked at again.
  await pause(2_100);
  const open = () => imageList({ root, train: list, test: list }).load();
  return [
    await opened(`opening ${name}, twice ${images} images`, open),
    await opened(`opening ${name} again`, open),
  ];
}

async function opened(name: string, open: () => Promise<ImageDataset>): Promise<Line> {
  collect();
  const before = process.memoryUsage();
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const data = await open();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  collect();
  const after = process.memoryUsage();
  const held = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return {
    suite: 'images',
    name,
    msMin: ms,
    msMedian: ms,
    // The data set is still held here, so that what is counted is what it takes.
    more: { MB: data.train.size > 0 ? held / 2 ** 20 : NaN, 'CPU ms': (user + system) / 1000 },
  };
}
