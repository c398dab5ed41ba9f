import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { launch } from './launch.js';

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-launch-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A script without TensorFlow; `log` appends to a file what it is told. */
function script(name: string, body: string): { path: string; lines: () => string[] } {
  const [path, log] = [join(scratch, `${name}.mjs`), join(scratch, `${name}.log`)];
  writeFileSync(log, '');
  writeFileSync(
    path,
    `import { appendFileSync, readFileSync } from 'node:fs';
    const log = (line) => appendFileSync(${JSON.stringify(log)}, line + '\\n');
    const past = readFileSync(${JSON.stringify(log)}, 'utf8');
    const [, rank, size] = /^(\\d+)\\/(\\d+)@/.exec(process.env.EVENKEEL_CLUSTER);
    ${body}`,
  );
  return { path, lines: () => readFileSync(log, 'utf8').trim().split('\n').sort() };
}

it('gives every process its place, its share of the threads and the arguments', async () => {
  const { path, lines } = script(
    'places',
    'log([rank, size, process.env.TF_NUM_INTRAOP_THREADS, process.argv[2]].join());',
  );
  expect(await launch({ script: path, args: ['--epochs'], processes: 3, threads: 2 })).toBe(0);
  expect(lines()).toEqual(['0,3,2,--epochs', '1,3,2,--epochs', '2,3,2,--epochs']);
});

it('starts all again after a failure, under another start, and then gives up with the name of the one', async () => {
  const { path, lines } = script(
    'failing',
    "log(rank + process.env.EVENKEEL_START); if (rank === '1') process.exit(3);",
  );
  const said: string[] = [];
  const run = launch({ script: path, processes: 2, restarts: 1, onMessage: (line) => void said.push(line) });
  await expect(run).rejects.toThrow(
    /REPLICAS_LAUNCH_FAILED.*Rank 1 ended with exit code 3.*after 1 restarts/,
  );
  expect(said).toEqual(['Rank 1 ended with exit code 3: all start again (1 of 1).']);
  expect(new Set(lines()).size).toBe(4);
});

it('ends with success when a restart does', async () => {
  const { path } = script(
    'once',
    "const first = !past.includes('rank 1'); log(`rank ${rank}`); if (rank === '1' && first) process.kill(process.pid, 'SIGKILL');",
  );
  const said: string[] = [];
  expect(
    await launch({ script: path, processes: 2, restarts: 2, onMessage: (line) => void said.push(line) }),
  ).toBe(0);
  expect(said).toEqual(['Rank 1 was ended by SIGKILL: all start again (1 of 2).']);
});

it('passes an interruption on, once, and does not start again', async () => {
  const { path, lines } = script(
    'interrupted',
    `process.on('SIGTERM', () => { log('asked ' + rank); setTimeout(() => process.exit(130), 100); });
    setInterval(() => undefined, 1000);
    if (rank === '1') setTimeout(() => process.kill(process.ppid, 'SIGTERM'), 500);`,
  );
  expect(await launch({ script: path, processes: 2, restarts: 5 })).toBe(130);
  expect(lines()).toEqual(['asked 0', 'asked 1']);
});

it('refuses options that are none', async () => {
  await expect(launch({ script: 'a.mjs', processes: 0 })).rejects.toThrow(/REPLICAS_BAD_OPTION.*processes/);
});
