import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { describe, expect, it } from 'vitest';
import type { SynchronisedRunSettings } from './synchronised-run.fixture.js';

/** What a rank prints. */
interface Trained {
  readonly losses: readonly number[];
  readonly variables: Readonly<Record<string, readonly number[]>>;
}

const PROGRAM = fileURLToPath(new URL('./synchronised-run.fixture.ts', import.meta.url));
const FROM_SOURCE = [
  '--conditions=@evenkeel/source',
  '--no-warnings',
  '--import',
  new URL('../../scripts/from-source.mjs', import.meta.url).href,
];

async function train(settings: SynchronisedRunSettings, cluster = ''): Promise<Trained> {
  const child = spawn(process.execPath, [...FROM_SOURCE, PROGRAM, JSON.stringify(settings)], {
    env: { ...process.env, NODE_OPTIONS: '', EVENKEEL_CLUSTER: cluster },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += String(text)));
  child.stderr.on('data', (text) => (said.err += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`exit code ${code}: ${said.err}`);
  return JSON.parse(said.out) as Trained;
}

async function trainOnTwo(settings: SynchronisedRunSettings): Promise<readonly Trained[]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return Promise.all([0, 1].map((rank) => train(settings, `${rank}/2@127.0.0.1:${port}`)));
}

/** The largest difference of two runs, over the largest value of the variable that has it. */
function difference(one: Trained, other: Trained): number {
  const names = Object.keys(one.variables);
  expect(names).toEqual(Object.keys(other.variables));
  const differences = names.map((name) => {
    const [a, b] = [one.variables[name], other.variables[name]];
    return Math.max(...a.map((x, at) => Math.abs(x - b[at]))) / Math.max(...a.map(Math.abs), 1e-3);
  });
  return Math.max(...differences);
}

const { ready } = await nativeStatus();

describe.skipIf(!ready)(`two ranks of 64${ready ? '' : ' (skipped: native is not set up)'}`, () => {
  it('equal one process of 128 where batch norm and whitening see the whole batch, eager and compiled', async () => {
    const one = await train({ compile: false, syncBatchNorm: false });
    for (const compile of [false, true]) {
      const [first, second] = await trainOnTwo({ compile, syncBatchNorm: true });
      expect(second).toEqual(first);
      expect(difference(first, one)).toBeLessThan(2e-5);
    }
    const [own] = await trainOnTwo({ compile: true, syncBatchNorm: false });
    expect(difference(own, one)).toBeGreaterThan(0.05);
  }, 600_000);
});
