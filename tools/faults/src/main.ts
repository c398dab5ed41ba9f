import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePrograms } from './bundle.js';
import { compileShim } from './compile-shim.js';
import { isFault, tableOf } from './outcome.js';
import type { Case, SuiteResult } from './outcome.js';
import { referenceRun } from './scene.js';
import type { Scene } from './scene.js';
import { soak } from './soak/soak.js';
import { closedPipe } from './suites/closed-pipe.js';
import { damagedFiles } from './suites/damaged-files.js';
import { fullDisk } from './suites/full-disk.js';
import { injectedErrors } from './suites/injected-errors.js';
import { killPoints } from './suites/kill-points.js';
import { randomKills } from './suites/random-kills.js';
import { signals } from './suites/signals.js';
import { starts } from './suites/starts.js';
import { twoProcesses } from './suites/two-processes.js';

const HELP = `Usage: npm run faults -- [options]

Disturbs a tiny run of everything that has state: kills it at its file calls and at random, makes calls fail, damages its files,
sends signals, closes its output, starts it twice. Each time it must resume to exactly the results of the unbroken run, or
refuse with a code. Exit code 1 when anything was lost, wrong, or ended without a code.

  --long          every file call instead of some, and 750 random kills: over 1,000 kills, half an hour or more
  --kills N       so many random kills (default: 16; with --long 750)
  --suite NAMES   some of the suites, separated by commas
  --seed N        of everything random; default 1
  --at-once N     processes at once (default: one per processor)
  --soak          instead of all this: trains every plugin, 100,000 steps of the method, on native and on wasm, and fails where
                  tensors, handles, files or memory grow; hours
  --steps N       of the soak's longest run; default 100000
  --backend NAMES of the soak, separated by commas; default native,wasm
  --keep          leaves the folder of all cases
  --help          this text`;

const { values: options } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    kills: { type: 'string' },
    suite: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string' },
    soak: { type: 'boolean', default: false },
    steps: { type: 'string', default: '100000' },
    backend: { type: 'string', default: 'native,wasm' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

type Suite = (scene: Scene) => Promise<readonly Case[] | undefined>;

/** The suites in their order; those that need the compiled shim say so. */
function suites(kills: number, seed: number): Record<string, { readonly run: Suite; readonly shim?: true }> {
  return {
    'kill points': { run: killPoints, shim: true },
    'random kills': { run: (scene) => randomKills(scene, kills, seed), shim: true },
    'kills at the start': { run: starts, shim: true },
    'injected errors': { run: injectedErrors, shim: true },
    'full disk': { run: fullDisk },
    'damaged files': { run: (scene) => damagedFiles(scene, seed) },
    signals: { run: signals },
    'closed pipe': { run: closedPipe },
    'two processes': { run: twoProcesses },
  };
}

async function main(): Promise<number> {
  const { long } = options;
  const all = suites(whole('kills', options.kills ?? (long ? '750' : '16')), whole('seed', options.seed));
  const names = options.suite?.split(',') ?? Object.keys(all);
  const unknown = names.find((name) => !(name in all));
  if (unknown !== undefined)
    throw new Error(`No suite '${unknown}'. The suites are: ${Object.keys(all).join(', ')}.`);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-faults-'));
  try {
    mkdirSync(join(folder, 'references'));
    const programs = await bundlePrograms(folder);
    const shim = compileShim(folder);
    const references = new Map(
      await Promise.all(
        [1, 4].map(async (epochs) => {
          const reference = await referenceRun(
            programs['tiny-run'],
            join(folder, 'references', String(epochs)),
            epochs,
          );
          return [epochs, reference] as const;
        }),
      ),
    );
    const atOnce = Math.max(1, whole('at-once', options['at-once'] ?? String(availableParallelism())));
    const scene: Scene = { folder, programs, shim, atOnce, references, long };
    const results: SuiteResult[] = [];
    for (const name of names) {
      const result = await play(name, all[name], scene);
      results.push(result);
      console.error(`  ${result.cases.length} cases, ${result.cases.filter(isFault).length} faults`);
    }
    const faults = results.flatMap(({ cases }) => cases.filter(isFault));
    for (const { name, outcome, detail } of faults) console.log(`${outcome}: ${name}: ${detail ?? ''}`);
    console.log(`\n${tableOf(results)}`);
    return faults.length > 0 ? 1 : 0;
  } finally {
    if (options.keep) console.error(`Kept in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

function whole(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`Expected a whole number for --${option}, received '${text}'.`);
}

async function play(
  suite: string,
  { run, shim }: { readonly run: Suite; readonly shim?: true },
  scene: Scene,
): Promise<SuiteResult> {
  const began = performance.now();
  console.error(`${suite} …`);
  const missing = shim && !scene.shim ? 'it needs Linux and a C compiler' : undefined;
  const cases = missing === undefined ? await run(scene) : [];
  const seconds = (performance.now() - began) / 1000;
  const skipped = missing ?? (cases === undefined ? 'not possible here' : undefined);
  return { suite, cases: cases ?? [], seconds, ...(skipped !== undefined && { skipped }) };
}

if (options.help) console.log(HELP);
else if (options.soak)
  process.exitCode = await soak(options.backend.split(','), whole('steps', options.steps));
else process.exitCode = await main();
