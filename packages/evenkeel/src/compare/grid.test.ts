import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPlaces, placesOf, runGrid, sizeOfGrid } from './grid.js';
import { writeReport } from './report.js';
import { readResult, resultPath } from './result-file.js';
import type { CellResult } from './result-file.js';
import { readGridSettings } from './settings.js';
import type { GridSettings } from './settings.js';
import { squares } from './squares.fixture.js';

beforeAll(useCpuBackend);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-grid-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const settingsOf = (words: string, out = folder): GridSettings => ({
  ...readGridSettings(words.split(' ')),
  out,
});

const words = '--data fashion-mnist-lt --epochs 2 --methods ce,whiten+b3rs+bet+la --seeds 1,2';

describe('the grid', () => {
  it('takes every method with the first seed before the second', () => {
    expect(placesOf(settingsOf(words)).map(({ method, seed }) => `${method} ${seed}`)).toEqual([
      'ce 1',
      'whiten+b3rs+bet+la 1',
      'ce 2',
      'whiten+b3rs+bet+la 2',
    ]);
    expect(() => placesOf({ methods: ['ce', 'nope'], seeds: [1] })).toThrow('COMPARE_UNKNOWN_METHOD');
  });

  it('runs open cells, skips finished ones, refuses those of other settings, and makes the table', async () => {
    const settings = settingsOf(words.replace('1,2', '1'));
    const said: string[] = [];
    const open = await openPlaces(settings);
    expect(await runGrid(settings, open, squares(), 'cpu', (line) => said.push(line))).toBeUndefined();
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/^\[1\/2\] ce seed 1: .* % of all; grid: .* spent, ETA /);
    expect(await openPlaces(settings)).toEqual([]);
    expect(await openPlaces(settingsOf(words))).toEqual([
      { method: 'ce', seed: 2 },
      { method: 'whiten+b3rs+bet+la', seed: 2 },
    ]);
    await expect(openPlaces(settingsOf(words.replace('epochs 2', 'epochs 3')))).rejects.toThrow(
      /COMPARE_OTHER_SETTINGS.*--epochs 2, received 3/s,
    );

    const result = (await readResult(resultPath(folder, 'ce', 1)))!;
    expect(result).toMatchObject({ method: 'ce', seed: 1, testImages: 15, classCounts: [24, 12, 4] });
    expect(result.last.perClass).toHaveLength(3);
    expect(result.best?.epoch).toBeGreaterThan(0);
    expect(result.diagnostics?.rawEffectiveRank).toBeGreaterThan(0);
    expect(result.command).toBe(
      'npx evenkeel compare --data fashion-mnist-lt --imbalance 100 --epochs 2 --validation 0.1 --methods ce --seeds 1 --out DIR',
    );

    expect(await writeReport(folder)).toContain('| `whiten+b3rs+bet+la` |');
    expect(await readFile(join(folder, 'plot.svg'), 'utf8')).toContain('<svg');
  });

  it('resumes an interrupted cell, to the result of the unbroken one', async () => {
    const settings = settingsOf(words.replace('1,2', '1').replace('ce,', ''));
    const open = await openPlaces(settings);
    const run = (out: string) => runGrid({ ...settings, out }, open, squares(), 'cpu', () => undefined);
    const read = async (out: string) => {
      const { last, best, diagnostics } = (await readResult(
        resultPath(out, 'whiten+b3rs+bet+la', 1),
      )) as CellResult;
      return { last, best, diagnostics };
    };
    const whole = join(folder, 'whole');
    expect(await run(whole)).toBeUndefined();

    const broken = join(folder, 'broken off');
    const write = vi.mocked(process.stderr.write);
    write.mockImplementation(
      (text) => !String(text).includes('epoch 1/2') || process.emit('SIGTERM', 'SIGTERM'),
    );
    expect(await run(broken)).toEqual({ interrupted: 'interrupted by SIGTERM' });
    expect(write.mock.calls.join('')).toContain('Resume with: npx evenkeel compare --data fashion-mnist-lt');
    write.mockReturnValue(true);
    expect(write.mock.calls.join('')).toContain(`--out '${broken}'`);
    expect(await readResult(resultPath(broken, 'whiten+b3rs+bet+la', 1))).toBeUndefined();
    await expect(openPlaces({ ...settings, epochs: 3, out: broken })).rejects.toThrow(
      /COMPARE_OTHER_SETTINGS.*cell\.json.*--epochs 2, received 3/s,
    );
    expect(await run(broken)).toBeUndefined();
    expect(await read(broken)).toEqual(await read(whole));
  });

  it('runs a second stage on the first, which comes before it', async () => {
    const settings = settingsOf(words.replace('1,2', '1').replace('ce,whiten+b3rs+bet+la', 'la-posthoc'));
    const open = await openPlaces(settings);
    expect(open.map(({ method }) => method)).toEqual(['ce', 'la-posthoc']);
    expect(sizeOfGrid(settings, open)).toBe('2 cells, 0 finished before');
    await runGrid(settings, open, squares(), 'cpu', () => undefined);
    const [first, second] = (await Promise.all(
      ['ce', 'la-posthoc'].map((method) => readResult(resultPath(folder, method, 1))),
    )) as CellResult[];
    expect(second.composition).toEqual([
      'weights: from ce, seed 1',
      "@evenkeel/plugin-logit-adjust: evaluation logits - 1 log prior, the training set's prior",
    ]);
    expect(second.last).not.toEqual(first.last);
    expect(second.best).toBeUndefined();
    expect(JSON.stringify(second)).not.toContain(folder);
    expect(sizeOfGrid(settings, await openPlaces(settings))).toBe('2 cells, 2 finished before');

    await rm(resultPath(folder, 'la-posthoc', 1));
    await rm(join(folder, 'runs'), { recursive: true });
    await expect(openPlaces(settings)).rejects.toThrow(/COMPARE_FIRST_STAGE_GONE.*'ce', seed 1/s);
  });

  it('knows the decoupled methods, of which one chooses on the validation part', async () => {
    const settings = settingsOf(
      words.replace('1,2', '1').replace('ce,whiten+b3rs+bet+la', 'crt,lws,tau-norm,ncm'),
    );
    const open = await openPlaces(settings);
    expect(open.map(({ method }) => method)).toEqual(['ce', 'crt', 'lws', 'tau-norm', 'ncm']);
    await runGrid(settings, open, squares(), 'cpu', () => undefined);
    expect(await openPlaces(settings)).toEqual([]);
    const [crt, tau] = (await Promise.all(
      ['crt', 'tau-norm'].map((method) => readResult(resultPath(folder, method, 1))),
    )) as CellResult[];
    expect(crt.best?.epoch).toBeLessThanOrEqual(2);
    expect(tau.chosen?.tau).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify([crt, tau])).not.toContain(folder);
    const untried = { ...settings, out: join(folder, 'other'), methods: ['tau-norm'], validation: 0 };
    await expect(openPlaces(untried)).rejects.toThrow(/COMPARE_NEEDS_VALIDATION.*'tau-norm'/s);
  });

  it('refuses a damaged result and an empty folder', async () => {
    await expect(writeReport(folder)).rejects.toThrow('COMPARE_NO_RESULTS');
    await writeFile(resultPath(folder, 'ce', 1), '{"method": "ce"');
    await expect(openPlaces(settingsOf(words))).rejects.toThrow('COMPARE_NOT_A_RESULT');
  });
});
