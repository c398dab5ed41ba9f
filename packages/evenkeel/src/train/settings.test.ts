import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@evenkeel/tensorflow-node/cli';
import { describe, expect, it, vi } from 'vitest';
import { readResults, tableOf, writeResults } from './results.js';
import type { RunResult } from './results.js';
import { readTrainSettings, resumeCommand } from './settings.js';
import { trainCommand } from './train-command.js';

describe('settings', () => {
  it('have the documented defaults', () => {
    expect(readTrainSettings([])).toEqual({
      data: 'fashion-mnist-lt',
      imbalance: 100,
      epochs: 6,
      batch: 128,
      seed: 1,
      backend: 'auto',
      method: 'both',
      out: 'runs/fashion-mnist-lt',
      resume: false,
    });
    expect(readTrainSettings(['--data', 'cifar10-lt'])).toMatchObject({ epochs: 15, out: 'runs/cifar10-lt' });
  });

  it('come back from the command that resumes', () => {
    const given = [
      '--data',
      'cifar10-lt',
      '--data-dir',
      'd',
      '--epochs',
      '3',
      '--limit',
      '50',
      '--method',
      'baseline',
    ];
    const settings = readTrainSettings(given);
    const [, words] = resumeCommand(settings, 'npm start --').split('npm start -- ');
    expect(readTrainSettings(words.split(' '))).toEqual({ ...settings, resume: true });
  });

  it.each([
    [['--epochs', '0'], /--epochs.*'0' is invalid. Expected a whole number of at least 1/],
    [['--epochs', 'many'], /'many' is invalid/],
    [['--imbalance', '0.5'], /--imbalance.*at least 1/],
    [['--data', 'mnist'], /Allowed choices are fashion-mnist-lt, cifar10-lt, cifar100-lt/],
    [['--speed', '3'], /unknown option '--speed'/],
    [['surplus'], /too many arguments/],
  ])('refuse %j', async (argv, text) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await runCommand(trainCommand({ typed: 'npm start --' }), argv);
    expect(process.exitCode).toBe(2);
    process.exitCode = undefined;
    expect(write.mock.calls.join('')).toMatch(text);
    expect(write.mock.calls.join('')).toContain('npm start -- --help');
    write.mockRestore();
  });
});

describe('results', () => {
  const run: RunResult = {
    name: 'baseline',
    data: 'd',
    imbalance: 100,
    seed: 1,
    backend: 'cpu',
    epochs: 2,
    classCounts: [9, 1],
    accuracy: { all: 0.5, many: 1, medium: null, few: 0 },
    perClass: [1, 0],
    seconds: 61,
    imagesPerSecond: 123.4,
  };

  it('are written and read back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
    const path = join(folder, 'deep', 'result.json');
    expect(await readResults(path)).toEqual([]);
    await writeResults(path, [run]);
    expect(await readResults(path)).toEqual([run]);
    await rm(folder, { recursive: true });
  });

  it('stand in a table', () => {
    expect(tableOf([run])).toBe(
      [
        'method      all    many  medium   few    time  images/s',
        'baseline  50.0%  100.0%       -  0.0%  1m 01s       123',
      ].join('\n'),
    );
  });
});
