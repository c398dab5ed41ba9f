#!/usr/bin/env node
// `npm test`: every check of the repository, without a network. Later stages run after a failure, so that
// the totals in the last line are whole. `node tools/scripts/test.mjs --help` says how to run a part.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-test-'));
const report = join(scratch, 'vitest.json');
const printed = join(scratch, 'printed.txt');

/** The stages. `tests` shows its output as it comes, the others only when they fail. */
const STAGES = {
  sync: { what: 'project references are those that the imports ask for', run: [bin('nx'), 'sync:check'] },
  format: { what: 'prettier', run: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  types: { what: 'tsc, the tests and type tests included', run: [bin('tsc'), '--build'] },
  lint: {
    what: 'eslint, module boundaries included',
    run: [process.execPath, join(root, 'tools', 'scripts', 'lint.mjs')],
  },
  packages: {
    what: 'packages as npm would publish them',
    run: [process.execPath, join(root, 'tools', 'scripts', 'check-packages.mjs')],
  },
  published: {
    what: 'the tarballs in an empty folder: a plugin is generated, tested and trained with',
    run: [process.execPath, join(root, 'tools', 'published', 'check-published.mjs')],
  },
  generator: {
    what: 'a plugin made by nx in a copy of the repository builds, lints and passes',
    run: [process.execPath, join(root, 'tools', 'published', 'check-generator.mjs')],
  },
  release: {
    what: 'a dry run of the next release, and version plans',
    run: [process.execPath, join(root, 'tools', 'scripts', 'check-release.mjs')],
  },
  docs: {
    what: 'the API reference, without a warning',
    run: [process.execPath, join(root, 'tools', 'scripts', 'docs.mjs')],
  },
  faults: {
    what: 'runs that are killed, cut off and started twice end as the unbroken one (the short form)',
    run: ['npm', 'run', '--silent', 'faults'],
  },
  tests: {
    what: 'vitest over all packages',
    run: [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    live: true,
  },
};

/** Phases, one after the other; the lanes of a phase run beside each other, since a lane keeps one processor busy. */
const PHASES = [
  [['sync', 'format', 'types']],
  [
    ['lint', 'docs', 'faults'],
    ['packages', 'published', 'generator', 'release'],
  ],
  [['tests']],
];

const HELP = `Usage: npm test -- [--only STAGE]...

Runs every check of the repository and ends with the line "N passed, N failed". Each stage but the last counts
as one check; "tests" counts its tests.

  --only STAGE   run this stage alone; may be repeated
  --help         this text

Stages:
${Object.entries(STAGES)
  .map(([name, stage]) => `  ${name.padEnd(10)}${stage.what}`)
  .join('\n')}`;

/** Runs a command; its output goes to the terminal when `live`, and is returned otherwise. */
function execute([command, ...args], live) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', EVENKEEL_PRINTED: printed },
      stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Totals of vitest's report: single tests, files that broke before their first test, and errors outside of tests. */
function testTotals(code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = results.numFailedTests + broken.length;
  if (code === 0 || failed > 0) return { passed: results.numPassedTests, failed };
  if (existsSync(printed))
    console.log(
      `All tests passed, but tests print nothing, and these did:\n${readFileSync(printed, 'utf8')}`,
    );
  else console.log('All tests passed, but one left an error behind: see above.');
  return { passed: results.numPassedTests, failed: 1 };
}

/** Runs one stage and says in one line how it went. */
async function runStage(name) {
  const { run, live = false } = STAGES[name];
  const started = process.hrtime.bigint();
  const { code, output } = await execute(run, live);
  const seconds = (Number(process.hrtime.bigint() - started) / 1e9).toFixed(1);
  const totals = live ? testTotals(code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  if (totals.failed && output) console.log(output.trimEnd());
  const counts = live ? `  ${totals.passed} passed, ${totals.failed} failed` : '';
  console.log(`${totals.failed ? 'FAILED' : 'ok    '}  ${name.padEnd(8)}  ${seconds.padStart(6)} s${counts}`);
  return totals;
}

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const unknown = (options.only ?? []).filter((name) => !(name in STAGES));
if (unknown.length) {
  console.error(`No stage '${unknown[0]}'. The stages are: ${Object.keys(STAGES).join(', ')}.`);
  process.exit(2);
}

const totals = { passed: 0, failed: 0 };

/** Runs stages one after the other, and counts. */
async function runStages(names) {
  for (const name of names) {
    const { passed, failed } = await runStage(name);
    totals.passed += passed;
    totals.failed += failed;
  }
}

const isWanted = (name) => options.only?.includes(name) ?? true;
for (const lanes of PHASES) await Promise.all(lanes.map((names) => runStages(names.filter(isWanted))));
rmSync(scratch, { recursive: true, force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed ? 1 : 0;
