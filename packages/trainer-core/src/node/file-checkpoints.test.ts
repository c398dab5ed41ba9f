import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { definePlugin } from '../contract/define-plugin.js';
import { CHECKPOINTS } from '../roles/core-roles.js';
import { decodeCheckpoint } from '../checkpoint/checkpoint-file.js';
import { valuesOf } from '../session/tiny.fixture.js';
import { version } from '../contract/version.js';
import { fileCheckpoints } from './file-checkpoints.js';
import type { FileCheckpointOptions } from './file-checkpoints.js';
import { scripted, tinyTrainer, useFolder } from './node.fixture.js';

const folder = useFolder();
const step = (number: number) => `step-${String(number).padStart(9, '0')}.safetensors`;
const names = async () => (await readdir(folder())).sort();
const make = (options: Partial<FileCheckpointOptions> = {}, ...all: number[]) =>
  tinyTrainer(
    fileCheckpoints({ folder: folder(), best: 'all', ...options }),
    all.length > 0 ? [scripted(...all.map((value) => ({ all: value })))] : undefined,
  );
/** The step at which `best.safetensors` was saved, and what it says is the best value. */
const best = async () => {
  const { json } = await decodeCheckpoint(await readFile(join(folder(), 'best.safetensors')), 'test');
  const { position } = json.run as { position: { step: number } };
  const { value } = json.states[0].value as { value: number };
  return [position.step, value];
};

describe('fileCheckpoints', () => {
  it('keeps the newest and the best, whole files only', async () => {
    const trainer = make({ everySteps: 2 });
    await trainer.fit({ epochs: 3 });
    await trainer.dispose();
    expect(await names()).toEqual(['best.safetensors', step(8), step(9)]);
  });

  it('resumes from the newest, from a file, and from the best', async () => {
    const whole = tinyTrainer([]);
    await whole.fit({ epochs: 3 });
    const first = make();
    await first.fit({ epochs: 2 });
    await first.dispose();
    for (const location of [undefined, folder(), join(folder(), step(6))]) {
      const second = make();
      await second.resume(location);
      await second.fit({ epochs: 3 });
      expect(valuesOf(second)).toEqual(valuesOf(whole));
      await second.dispose();
      await rm(join(folder(), step(9)));
    }
    const third = make();
    expect(await third.resume(join(folder(), 'best.safetensors'))).toBe(true);
    await third.dispose();
    await whole.dispose();
  });

  it('saves the end of the run, due or not', async () => {
    const trainer = make({ everyEpochs: 2, best: false });
    await trainer.fit({ epochs: 3 });
    await trainer.dispose();
    expect(await names()).toEqual([step(6), step(9)]);
  });

  it('gives up the later steps of a branch that was left', async () => {
    const first = make({ keepLast: 4, best: false });
    await first.fit({ epochs: 4 });
    await first.dispose();
    const second = make({ keepLast: 2, best: false });
    await second.resume(join(folder(), step(3)));
    expect(await names()).toEqual([step(3), step(6), step(9), step(12)]);
    await second.fit({ epochs: 2 });
    expect(await names()).toEqual([step(3), step(6)]);
    const values = valuesOf(second);
    await second.resume();
    expect(valuesOf(second)).toEqual(values);
    await second.dispose();
  });

  it('has as best the weights that were evaluated, not those of a later checkpoint', async () => {
    const trainer = make({ everyEpochs: 2 }, 0.9, 0.5);
    await trainer.fit({ epochs: 5, evaluateEvery: 3 });
    await trainer.dispose();
    expect(await best()).toEqual([9, 0.9]);
    expect(await names()).toEqual(['best.safetensors', step(12), step(15)]);
  });

  it('saves the best at once when an evaluation was asked for in an epoch', async () => {
    const trainer = make({}, 0.9, 0.5);
    trainer.hooks.step$.subscribe(
      ({ type, position }) =>
        type === 'step-start' && position.step === 1 && trainer.requests.requestEvaluation(),
    );
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    expect(await best()).toEqual([2, 0.9]);
  });

  it('does not take a worse model for the best after a resume', async () => {
    const first = make({ keepLast: 3 }, 0.5, 0.9);
    await first.fit({ epochs: 2 });
    await first.dispose();
    expect(await best()).toEqual([6, 0.9]);
    const second = make({ keepLast: 3 }, 0.7);
    await second.resume();
    await second.fit({ epochs: 3 });
    await second.dispose();
    expect(await best()).toEqual([6, 0.9]);
    const older = make({ keepLast: 3 }, 0.7);
    await older.resume(join(folder(), step(3)));
    await older.fit({ epochs: 2 });
    await older.dispose();
    expect(await best()).toEqual([6, 0.7]);
  });

  it('keeps no checkpoint that speaks of a best which could not be kept', async () => {
    await mkdir(join(folder(), 'best.safetensors', 'in the way'), { recursive: true });
    const trainer = make({});
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow('TRAINER_NODE_NOT_WRITTEN');
    await trainer.dispose();
    expect(await names()).toEqual(['best.safetensors']);
  });

  it('starts from nothing where a resumed run watches another metric', async () => {
    const scores = () => [scripted({ all: 0.9, few: 0.1 }, { all: 0.8, few: 0.3 })];
    const first = tinyTrainer(fileCheckpoints({ folder: folder(), best: 'all' }), scores());
    await first.fit({ epochs: 1 });
    await first.dispose();
    expect(await best()).toEqual([3, 0.9]);
    const second = tinyTrainer(fileCheckpoints({ folder: folder(), best: 'few' }), scores());
    await second.resume();
    await second.fit({ epochs: 2 });
    await second.dispose();
    expect(await best()).toEqual([6, 0.1]);
  });

  it('resumes a run that was kept elsewhere, and lets another store resume', async () => {
    const kept = memoryCheckpoints();
    const inMemory = definePlugin({
      name: 'in-memory',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) => roles.provide(CHECKPOINTS, kept),
    });
    const first = tinyTrainer(fileCheckpoints({ folder: folder() }));
    await first.fit({ epochs: 1 });
    await first.dispose();
    const bytes = await readFile(join(folder(), step(3)));
    await kept.save({
      position: { epoch: 1, batch: 0, step: 3 },
      reason: 'stop',
      evaluation: undefined,
      bytes,
    });
    const second = tinyTrainer(inMemory);
    expect(await second.resume()).toBe(true);
    await second.fit({ epochs: 2 });
    await second.dispose();
    await rm(folder(), { recursive: true });
    await mkdir(folder());
    await writeFile(join(folder(), step(6)), (await kept.load())!);
    const third = tinyTrainer(fileCheckpoints({ folder: folder() }));
    expect(await third.resume()).toBe(true);
    await third.dispose();
  });

  it('names a metric that is not measured, and passes over what is no number', async () => {
    const scores = () => [scripted({ all: Number.NaN }, { all: Number.NaN })];
    const trainer = tinyTrainer(fileCheckpoints({ folder: folder(), best: 'al' }), scores());
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow(/TRAINER_NODE_NO_METRIC.*'all'.*received 'al'/);
    await trainer.dispose();
    await rm(folder(), { recursive: true });
    const without = tinyTrainer(fileCheckpoints({ folder: folder(), best: 'all' }), scores());
    await without.fit({ epochs: 1 });
    await without.dispose();
    expect(await names()).toEqual([step(3)]);
  });

  it('keeps the lowest where lower is better, and nothing by the test part unless asked', async () => {
    const errors = () => [scripted({ ece: 0.4 }, { ece: 0.1 }, { ece: 0.2 })];
    const asked = tinyTrainer(fileCheckpoints({ folder: folder(), best: 'ece' }), errors());
    await asked.fit({ epochs: 3 });
    await asked.dispose();
    expect(await best()).toEqual([6, 0.1]);
    await rm(folder(), { recursive: true });
    const silent = tinyTrainer(fileCheckpoints({ folder: folder() }));
    await silent.fit({ epochs: 2 });
    await silent.dispose();
    expect(await names()).toEqual([step(3), step(6)]);
  });

  it('has the version of the package', () => {
    expect(fileCheckpoints({ folder: 'a' }).version).toBe(version);
  });
});

describe('a folder of another run', () => {
  const inUse = /TRAINER_NODE_FOLDER_IN_USE.*step-000000003/s;

  it('is refused, and loses nothing', async () => {
    const first = make();
    await first.fit({ epochs: 1 });
    await first.dispose();
    const before = await names();
    const second = make();
    await expect(second.fit({ epochs: 1 })).rejects.toThrow(inUse);
    await expect(second.save()).rejects.toThrow(inUse);
    expect(await names()).toEqual(before);
    await second.resume();
    await second.fit({ epochs: 2 });
    await second.dispose();
    expect(await names()).toEqual(['best.safetensors', step(3), step(6)]);
  });

  it('is refused also when the run resumes from elsewhere', async () => {
    const first = make();
    await first.fit({ epochs: 1 });
    await first.dispose();
    const elsewhere = join(folder(), 'elsewhere');
    await mkdir(elsewhere);
    await copyFile(join(folder(), step(3)), join(elsewhere, step(3)));
    const second = make();
    await second.resume(elsewhere);
    await expect(second.fit({ epochs: 2 })).rejects.toThrow(inUse);
    await second.dispose();
  });

  it('is not ours by a resume that failed', async () => {
    const first = make();
    await first.fit({ epochs: 1 });
    await first.dispose();
    const plugins = fileCheckpoints({ folder: folder() });
    const other = tinyTrainer([
      plugins,
      {
        ...plugins,
        name: 'other',
        setup: ({ state }) => state.persist('x', { version: 1, save: () => 0, load: () => undefined }),
      },
    ]);
    await expect(other.resume()).rejects.toThrow('TRAINER_STATE_MISSING');
    await expect(other.fit({ epochs: 1 })).rejects.toThrow(inUse);
    await other.dispose();
  });
});

describe('files that cannot be read or written', () => {
  it('names a truncated file', async () => {
    const trainer = make();
    const path = await trainer.save();
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 5));
    // Asked for by its path, or as the newest.
    for (const location of [path, undefined]) {
      await expect(trainer.resume(location)).rejects.toMatchObject({
        code: 'TRAINER_CHECKPOINT_DAMAGED',
        message: expect.stringContaining(`'${path}'`) as string,
      });
    }
    await trainer.dispose();
  });

  it('leaves no half file when writing fails, and says why', async () => {
    const trainer = make();
    await trainer.save();
    await mkdir(join(folder(), step(3)));
    await expect(trainer.fit({ epochs: 1 })).rejects.toMatchObject({
      code: 'TRAINER_NODE_NOT_WRITTEN',
      cause: { code: 'EISDIR' },
    });
    await trainer.dispose();
    expect(await names()).toEqual(['best.safetensors', step(0), step(3)]);
  });

  it('does not take what cannot be read for nothing', async () => {
    await writeFile(join(folder(), 'file'), '');
    const trainer = make({ folder: join(folder(), 'file', 'below') });
    const notRead = { code: 'TRAINER_NODE_NOT_READ', cause: { code: 'ENOTDIR' } };
    await expect(trainer.resume(undefined, { optional: true })).rejects.toMatchObject(notRead);
    await expect(trainer.fit({ epochs: 1 })).rejects.toMatchObject(notRead);
    await trainer.dispose();
  });
});

describe('the options of fileCheckpoints', () => {
  it.each([
    { folder: undefined },
    { folder: '' },
    { keepLast: 0 },
    { everyEpochs: 1.5 },
    { everySteps: -1 },
    { best: true },
    { best: '' },
  ])('%j is refused', (options) => {
    const given = { folder: 'a', ...options } as unknown as FileCheckpointOptions;
    expect(() => fileCheckpoints(given)).toThrow(/TRAINER_NODE_BAD_OPTION.*of fileCheckpoints:/);
  });
});
