import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@evenkeel/trainer-testing';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openPlaces, runGrid } from './grid.js';
import { missingCells } from './missing-cells.js';
import { readResult, resultPath } from './result-file.js';
import { cellsOf, runCellAt, settingsOfCell } from './run-cell-at.js';
import { readGridSettings } from './settings.js';
import type { GridSettings } from './settings.js';
import { squares } from './squares.fixture.js';

beforeAll(useCpuBackend);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-cells-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const words = '--data fashion-mnist-lt --epochs 1 --methods ce,la-posthoc --seeds 1,2';
const settingsIn = (out: string): GridSettings => ({ ...readGridSettings(words.split(' ')), out });
const load = async () => ({ data: squares(), backend: 'cpu' });

it('counts the cells that were asked for, seed by seed, and takes the index from a cluster', () => {
  const settings = settingsIn(folder);
  expect(cellsOf(settings).map(({ method, seed }) => `${method} ${seed}`)).toEqual([
    'ce 1',
    'la-posthoc 1',
    'ce 2',
    'la-posthoc 2',
  ]);
  expect(settingsOfCell(settings, 3)).toMatchObject({ methods: ['la-posthoc'], seeds: [2] });
  expect(() => settingsOfCell(settings, 4)).toThrow(/COMPARE_NO_SUCH_CELL.*cell 4.*0 to 3/);
  const argv = words.split(' ');
  expect(readGridSettings(argv, { SLURM_ARRAY_TASK_ID: '2' }).cellIndex).toBe(2);
  expect(readGridSettings(argv, { JOB_COMPLETION_INDEX: '1' }).cellIndex).toBe(1);
  expect(readGridSettings([...argv, '--cell-index', '0'], { JOB_COMPLETION_INDEX: '1' }).cellIndex).toBe(0);
  expect(readGridSettings(argv).cellIndex).toBeUndefined();
});

it('cells that run side by side share their first stages, and give the results of one grid', async () => {
  const [whole, shared] = ['whole', 'shared'].map((name) => join(folder, name));
  const settings = { ...settingsIn(whole), seeds: [1] };
  await runGrid(settings, await openPlaces(settings), squares(), 'cpu', () => undefined);

  const said: string[] = [];
  // As a cluster may start them: all at once, and one of them twice.
  const cells = [1, 0, 1].map((index) =>
    runCellAt(settingsOfCell(settingsIn(shared), index), load, (line) => void said.push(line), 20),
  );
  expect(await Promise.all(cells)).toEqual([undefined, undefined, undefined]);
  expect(said).toContain('Another process trains ce seed 1: waiting for it.');
  expect(said.filter((line) => line.includes('% of all'))).toHaveLength(2); // each once
  for (const { method, seed } of cellsOf({ ...settings, seeds: [1] })) {
    const [one, other] = await Promise.all(
      [whole, shared].map((out) => readResult(resultPath(out, method, seed))),
    );
    expect(other?.last).toEqual(one?.last);
    expect(other?.best).toEqual(one?.best);
  }
  expect(await missingCells(shared)).toEqual([]);
});

it('says which cells are missing', async () => {
  expect(await missingCells(join(folder, 'none'))).toEqual([]);
  await writeFile(join(folder, 'ce.seed-1.json'), '{}');
  await writeFile(join(folder, 'la.seed-2.json'), '{}');
  await mkdir(join(folder, 'runs', 'la.seed-1'), { recursive: true });
  expect(await missingCells(folder)).toEqual(['la seed 1 (begun)', 'ce seed 2']);
});
