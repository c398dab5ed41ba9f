import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@evenkeel/trainer-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { missingCells } from './missing-cells.js';

const GRID =
  '--data fashion-mnist-lt --epochs 2 --validation 0.1 --methods ce,la,crt,la-posthoc --seeds 1,2,3';
const CELLS = 12;
/** The result of the first cell. */
const FIRST = 'ce.seed-1.json';
/** Cells that the array trains at a time. */
const AT_ONCE = 3;
/** How often a cell is killed at most, each time with this probability. */
const KILLS = 2;
const KILLED = 0.5;

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-array-'));
  // One file starts in half the time; beside the sources, so that it finds what they find.
  program = fileURLToPath(new URL('../../out-tsc/compare/squares-cell.mjs', import.meta.url));
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./squares-cell.fixture.ts', import.meta.url)),
    platform: 'node',
    logLevel: 'silent',
    resolve: { conditionNames: ['@evenkeel/source', 'import', 'node', 'default'] },
    external: [/^@tensorflow\//, 'sharp'],
  });
  await bundle.write({ file: program, format: 'esm', codeSplitting: false });
  await bundle.close();
});
afterAll(() => rm(folder, { recursive: true }));

/** When a start of the program is killed: after so many seconds, or before so many changes under its folder were made. */
interface Kill {
  readonly after?: number;
  readonly before?: number;
}

/** Starts the program on a folder; says how it ended. */
async function start(out: string, { cell, after, before }: Kill & { readonly cell?: number } = {}) {
  const of = cell === undefined ? [] : ['--cell-index', String(cell)];
  const kill = before === undefined ? {} : { KILLED_BEFORE: String(before), KILLED_UNDER: out };
  const child = spawn(process.execPath, [program, ...GRID.split(' '), '--out', out, ...of], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...kill },
  });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const ended = once(child, 'close');
  if (after !== undefined) {
    await Promise.race([sleep(after * 1000), ended]);
    child.kill('SIGKILL');
  }
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') return 'killed';
  if (code !== 0) throw new Error(`exit code ${code}: ${said}`);
  return 'done';
}

/** The results of a grid, without what the clock says. */
async function resultsOf(out: string): Promise<Record<string, object>> {
  const names = (await readdir(out)).filter((name) => name.endsWith('.json')).sort();
  const entries = names.map(async (name) => {
    const result = JSON.parse(await readFile(join(out, name), 'utf8')) as Record<string, unknown>;
    for (const clock of ['seconds', 'imagesPerSecond', 'date']) delete result[clock];
    return [name, result] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What an undisturbed grid gives, and how long it takes. */
let expected: Record<string, object>;
let seconds: number;
beforeAll(async () => {
  const whole = join(folder, 'whole');
  const from = performance.now();
  await start(whole);
  seconds = (performance.now() - from) / 1000;
  expected = await resultsOf(whole);
  expect(Object.keys(expected)).toHaveLength(CELLS);
}, 300_000);

it('an array whose cells are killed at random and started again gives the results of the undisturbed grid', async () => {
  const array = join(folder, 'array');
  const random = createRandom(15, 'kills');
  let kills = 0;
  /** As a scheduler does: the next cell when a place is free, and a killed one again. */
  const waiting = Array.from({ length: CELLS }, (_, index) => index).sort(() => random.uniform() - 0.5);
  const place = async (): Promise<void> => {
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      for (let turn = 0; ; turn++) {
        const killed = turn < KILLS && random.uniform() < KILLED;
        const after = killed ? random.uniform() * seconds : undefined;
        if ((await start(array, { cell, after })) === 'done') break;
        kills++;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, place));

  expect(kills).toBeGreaterThan(1);
  expect(await resultsOf(array)).toEqual(expected);
  expect(await missingCells(array)).toEqual([]);
}, 600_000);

it('a cell that is killed before any file of its appears, grows or goes, and again when it resumes, gives the result of the undisturbed one', async () => {
  let [next, kills] = [1, 0];
  let last = Infinity;
  const place = async (): Promise<void> => {
    for (let before = next++; before < last; before = next++) {
      const out = join(folder, `killed-before-${before}`);
      if ((await start(out, { cell: 0, before })) === 'done') last = Math.min(last, before);
      else kills++;
      if (before % 3 === 0) await start(out, { cell: 0, before: 4 + (before % 4) });
      await start(out, { cell: 0 });
      const results = await resultsOf(out);
      expect(results, `killed before change ${before}`).toEqual({ [FIRST]: expected[FIRST] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, place));
  // The locks, the identity, the metrics, two checkpoints and the best one, and the result.
  expect(kills).toBeGreaterThan(10);
}, 600_000);
