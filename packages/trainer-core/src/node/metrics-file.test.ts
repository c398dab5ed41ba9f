import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import { LOGIT_TRANSFORMS } from '../roles/core-roles.js';
import { fileCheckpoints } from './file-checkpoints.js';
import { metricsFile } from './metrics-file.js';
import type { MetricsFileOptions } from './metrics-file.js';
import { scripted, tinyTrainer, useFolder } from './node.fixture.js';

const folder = useFolder();
const file = () => join(folder(), 'metrics.jsonl');
const read = (path = file()) => readFile(path, 'utf8');
const allLinesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
/** Without the first, which says what is known of the run. */
const linesOf = (text: string) => allLinesOf(text).filter(({ type }) => type !== 'fit');
const plugins = () => [
  metricsFile({ path: file(), everySteps: 1 }),
  fileCheckpoints({ folder: join(folder(), 'c'), everySteps: 1, keepLast: 9 }),
];
/** One epoch of a run, and a trainer that resumes from its end or from an older step. */
const halfARun = async (from?: number) => {
  const first = tinyTrainer(plugins());
  await first.fit({ epochs: 1 });
  await first.dispose();
  const second = tinyTrainer(plugins());
  await second.resume(
    from === undefined ? undefined : join(folder(), 'c', `step-00000000${from}.safetensors`),
  );
  return second;
};

describe('metricsFile', () => {
  it('has the same lines after a resume as without one', async () => {
    const clocks = (line: string) => line.replace(/"(imagesPerSecond|readShare)":[^,}]+/g, '"$1":0');
    const wholeFile = join(folder(), 'whole.jsonl');
    const whole = tinyTrainer(metricsFile({ path: wholeFile, everySteps: 1 }));
    await whole.fit({ epochs: 2 });
    await whole.dispose();
    const expected = clocks(await read(wholeFile));
    const lines = linesOf(expected);
    expect(lines.map(({ type, epoch, step }) => [type, epoch, step].join(' '))).toEqual([
      ...['step 0 1', 'step 0 2', 'step 0 3', 'epoch 0 3'],
      ...['step 1 4', 'step 1 5', 'step 1 6', 'epoch 1 6'],
    ]);
    expect(lines[7]).toMatchObject({ all: expect.any(Number) as number });

    const first = tinyTrainer(plugins());
    first.hooks.batch$.subscribe(
      (event) => event.position.step === 3 && first.requests.requestStop('half-way'),
    );
    await first.fit({ epochs: 2 });
    await first.dispose();
    await writeFile(file(), '{"type":"of a step that was lost"}\n', { flag: 'a' });
    const second = tinyTrainer(plugins());
    await second.resume();
    await second.fit({ epochs: 2 });
    await second.dispose();
    expect(clocks(await read())).toBe(expected);
    expect(existsSync(`${file()}.previous`)).toBe(false);
  });

  it.each([0, 1])('lacks no line after that of step %i could not be written', async (failing) => {
    const steps = async () => linesOf(await read()).map(({ step }) => step);
    const first = tinyTrainer(plugins());
    first.hooks.step$.subscribe(({ type, position }) => {
      // A folder in the place of the file, as good as a full disk.
      if (type !== 'step-start' || position.step !== failing) return;
      renameSync(file(), `${file()}.kept`);
      mkdirSync(file());
    });
    await expect(first.fit({ epochs: 1 })).rejects.toThrow('TRAINER_NODE_NOT_WRITTEN');
    await first.dispose();
    rmSync(file(), { recursive: true });
    renameSync(`${file()}.kept`, file());
    await writeFile(file(), '{"type":"half a li', { flag: 'a' });
    const second = tinyTrainer(plugins());
    await second.resume();
    await second.fit({ epochs: 1 });
    await second.dispose();
    expect(await steps()).toEqual([1, 2, 3, 3]);
  });

  it('continues the same file when the same trainer fits again, or goes back', async () => {
    const trainer = tinyTrainer(plugins());
    await trainer.fit({ epochs: 1 });
    await trainer.fit({ epochs: 2 });
    expect(linesOf(await read())).toHaveLength(8);
    await trainer.resume(join(folder(), 'c', 'step-000000002.safetensors'));
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    expect(linesOf(await read()).map(({ step }) => step)).toEqual([1, 2, 3, 3]);
  });

  it('moves older files out of the way, every one', async () => {
    for (const [text, name] of [
      ['first', 'metrics.jsonl.previous'],
      ['second', 'metrics.jsonl.previous-2'],
      ['third', 'metrics.jsonl.previous-3'],
    ]) {
      await writeFile(file(), text);
      const trainer = tinyTrainer(metricsFile({ path: file() }));
      await trainer.fit({ epochs: 1 });
      await trainer.dispose();
      expect(await read(join(folder(), name))).toBe(text);
    }
    expect(await read(`${file()}.previous`)).toBe('first');
  });

  it('begins a file with what is known of the run, also one of a resumed run', async () => {
    const trainer = await halfARun();
    const [first, ...others] = allLinesOf(await read());
    expect(first).toMatchObject({
      ...{ type: 'fit', epoch: 0, step: 0, epochs: 1, batches: 3, batchSize: 8 },
      classCounts: expect.any(Array) as number[],
      classNames: expect.any(Array) as string[],
      shotGroups: expect.any(Array) as string[],
    });
    expect(others.every(({ type }) => type !== 'fit')).toBe(true);
    await rm(file());
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    const kinds = allLinesOf(await read()).map(({ type, step }) => [type, step]);
    expect(kinds.slice(0, 2)).toEqual([
      ['fit', 3],
      ['step', 4],
    ]);
  });

  it('starts again when the file was lost', async () => {
    const trainer = await halfARun();
    await rm(file());
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    expect(linesOf(await read()).map(({ step }) => step)).toEqual([4, 5, 6, 6]);
  });

  it.each([
    ['shorter', () => truncate(file(), 20)],
    ["another run's", () => writeFile(file(), 'precious'.repeat(1000))],
  ])('keeps a file that is %s, and starts again', async (_what, change) => {
    const trainer = await halfARun();
    await change();
    const before = await read();
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    expect(await read(`${file()}.previous`)).toBe(before);
    expect(linesOf(await read()).map(({ step }) => step)).toEqual([4, 5, 6, 6]);
  });

  it('keeps its own fields when metrics have their names, and writes null for what is no number', async () => {
    const metric = scripted({ type: 7, epoch: 7, loss: 7, all: Number.NaN, few: 0.5 });
    const trainer = tinyTrainer(metricsFile({ path: file() }), [metric]);
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    const [line] = linesOf(await read());
    expect(line).toMatchObject({ type: 'epoch', epoch: 0, all: null, few: 0.5 });
    expect(line['loss']).not.toBe(7);
    expect(Object.keys(line).slice(0, 3)).toEqual(['type', 'epoch', 'step']);
  });

  it('writes what parts of the step log, and means of it for the epoch', async () => {
    const logging = definePlugin({
      name: 'logging',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.contribute(LOGIT_TRANSFORMS, {
          name: 'logging',
          transform(logits, { log, step }) {
            log('step', step);
            return logits;
          },
        }),
    });
    const trainer = tinyTrainer([metricsFile({ path: file(), everySteps: 2 }), logging]);
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    expect(linesOf(await read()).map(({ type, logged }) => [type, logged])).toEqual([
      ['step', { step: 1 }],
      ['epoch', { step: 1 }],
      ['step', { step: 3 }],
      ['step', { step: 5 }],
      ['epoch', { step: 4 }],
    ]);
  });

  it('comes and goes between resumes, and never cuts a file that it does not know', async () => {
    const store = () => fileCheckpoints({ folder: join(folder(), 'c') });
    const withFile = () => [metricsFile({ path: file(), everySteps: 1 }), store()];
    for (const [epochs, plugins] of [
      [1, withFile()],
      [2, store()],
      [3, withFile()],
    ] as const) {
      const trainer = tinyTrainer(plugins);
      await trainer.resume(undefined, { optional: true });
      await trainer.fit({ epochs });
      await trainer.dispose();
    }
    expect(linesOf(await read()).map(({ step }) => step)).toEqual([7, 8, 9, 9]);
    expect(linesOf(await read(`${file()}.previous`)).map(({ step }) => step)).toEqual([1, 2, 3, 3]);
  });

  it('leaves a folder at its path alone', async () => {
    await mkdir(file());
    const trainer = tinyTrainer(metricsFile({ path: file() }));
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow('TRAINER_NODE_NOT_WRITTEN');
    await trainer.dispose();
    expect(existsSync(`${file()}.previous`)).toBe(false);
  });

  it.each([{ path: undefined }, { path: '' }, { everySteps: 0 }])('refuses %j', (options) => {
    const given = { path: 'a', ...options } as unknown as MetricsFileOptions;
    expect(() => metricsFile(given)).toThrow(/TRAINER_NODE_BAD_OPTION.*of metricsFile:/);
  });
});
