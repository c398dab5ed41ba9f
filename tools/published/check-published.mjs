#!/usr/bin/env node
// From the tarballs alone, in an empty folder outside of the repository: everything loads; a created project
// trains, and serves its live page; the ten-minute guide is walked, its
// faulty variant included; the example plugins pass with nothing else of ours; other versions of a plugin, one of
// an earlier contract, and a second copy of the core, are told apart. EVENKEEL_NODES may name more Node executables, joined by colons: programs and the guide's
// plugin run with every one of them, the examples with the last.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { pack, publishable, stage } from '../scripts/stage-packages.mjs';
import { install, run } from './consumer.mjs';
import { shownFailure, variantOf, withoutNumbers } from './guide.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-published-'));
const consumer = join(scratch, 'consumer');
const plugin = join(consumer, 'image-noise');
const nodes = [process.execPath, ...(process.env.EVENKEEL_NODES ?? '').split(':').filter(Boolean)];
let tarballs = [];

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const bin = (name) => join(consumer, 'node_modules', '.bin', name);

/** Runs a program of `programs/` with every Node; what it prints must be the same, and is returned. */
function program(name) {
  copyFileSync(here(`programs/${name}`), join(consumer, name));
  const [output, ...others] = nodes.map((node) => run(consumer, node, [name]));
  for (const other of others) assert.equal(other, output);
  return output;
}

/** Runs the tests of a folder, by default with every Node. */
function test(folder, executables = nodes) {
  const vitest = join(consumer, 'node_modules', 'vitest', 'vitest.mjs');
  for (const node of executables) assert.match(run(folder, node, [vitest, 'run']), /Tests {2}\d+ passed/);
}

/** A copy of the plugin that is changed as the guide says. */
function variant(mark) {
  const folder = join(consumer, mark);
  cpSync(plugin, folder, { recursive: true });
  const file = join(folder, 'src', 'image-noise.ts');
  writeFileSync(file, variantOf(readFileSync(file, 'utf8'), mark));
  return folder;
}

/** Starts a training, reads the page that it serves, interrupts it, and finds what it saved. */
async function watched(folder, args) {
  rmSync(join(folder, 'runs'), { recursive: true });
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const until = async (what, ready) => {
    for (let tries = 0; tries < 600; tries++) {
      const found = await ready();
      if (found) return found;
      await setTimeout(100);
    }
    throw new Error(`${what} within a minute\n${said}`);
  };
  try {
    const [address] = await until('No page', () => /http:\/\/127\.0\.0\.1:\d+\S*/.exec(said));
    const page = await fetch(address);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<html/i);
    const log = join(folder, 'runs', 'baseline', 'metrics.jsonl');
    await until('No step', () => existsSync(log) && readFileSync(log, 'utf8').includes('"step"'));
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null], said);
    assert.notDeepEqual(readdirSync(join(folder, 'runs', 'baseline', 'checkpoints')), []);
    assert.match(said, /Resume with the same command and --resume/);
  } finally {
    child.kill('SIGKILL');
  }
}

/** A plugin that brings its own core, of another version. */
function installSecondCore(tarball) {
  const core = join(consumer, 'node_modules', 'second-plugin', 'node_modules', '@evenkeel', 'trainer-core');
  mkdirSync(core, { recursive: true });
  run(core, 'tar', ['-xzf', tarball, '--strip-components=1']);
  const path = join(core, 'package.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/("version": )"[^"]*"/, '$1"0.99.0"'));
  cpSync(here('programs/second-plugin'), join(consumer, 'node_modules', 'second-plugin'), {
    recursive: true,
  });
}

/** What the programs of `programs/` print where a tarball of `fixtures/` is installed in the place of a package of today. */
function programBeside(name, tarball) {
  const folder = join(consumer, 'swapped');
  const place = join(folder, 'node_modules', '@evenkeel', 'plugin-bet');
  mkdirSync(place, { recursive: true });
  run(place, 'tar', ['-xzf', here(`fixtures/${tarball}`), '--strip-components=1']);
  copyFileSync(here(`programs/${name}`), join(folder, name));
  const [output, ...others] = nodes.map((node) => run(folder, node, [name]));
  for (const other of others) assert.equal(other, output);
  return output;
}

/** The steps in their order; each leaves behind what the next ones need. */
const STEPS = {
  'packages are packed and installed'() {
    const staged = stage(publishable(), join(scratch, 'staged')).map((entry) => entry.staged);
    tarballs = pack(staged, join(scratch, 'tarballs'));
    install(consumer, tarballs);
  },

  'every entry loads, and so do the commands'() {
    assert.match(program('load-all.mjs'), /^loaded \d\d+$/m);
    assert.match(run(consumer, bin('evenkeel'), ['--help']), /doctor.*report.*setup/s);
    assert.match(run(consumer, bin('evenkeel'), ['doctor']), /ok wasm.*useBackend\('auto'\) takes/s);
    assert.match(run(consumer, bin('evenkeel'), ['report', 'none.jsonl'], { code: 1 }), /NO_SUCH_FILE/);
    assert.match(run(consumer, bin('tensorflow-node'), ['--help']), /doctor.*setup/s);
    assert.match(run(consumer, bin('create-plugin'), ['--help']), /Usage: create-plugin/);
    assert.match(run(consumer, bin('create'), ['--help']), /Usage: create/);
  },

  "projects of one's own are created, and not over another one"() {
    run(consumer, bin('create'), ['my-training']);
    run(consumer, bin('create'), ['my-photos', '--data', 'folder', '--data-dir', 'photos']);
    assert.match(run(consumer, bin('create'), ['my-training'], { code: 1 }), /^\[CREATE_FOLDER_IN_USE\]/);
    program('draw-photos.mjs');
    const file = join(consumer, 'my-photos', 'src', 'data.ts');
    const [before, small] = [readFileSync(file, 'utf8'), /size: 112/];
    assert.match(before, small);
    writeFileSync(file, before.replace(small, 'size: 32')); // so that they train within seconds
  },

  'they compile'() {
    for (const name of ['my-training', 'my-photos']) run(join(consumer, name), bin('tsc'), []);
  },

  // Fashion-MNIST has 10,000 test images, which take minutes without native; photos are as few as are drawn.
  'one trains, and leaves checkpoints and a report'() {
    const folder = join(consumer, 'my-photos');
    const args = ['dist/train.js', '--epochs', '1', '--batch', '8'];
    const output = run(folder, process.execPath, args);
    for (const name of ['baseline', 'end-to-end']) {
      assert.match(output, new RegExp(`^${name} \\{ all: (0|1|0\\.\\d+),`, 'm'));
      assert.notDeepEqual(readdirSync(join(folder, 'runs', name, 'checkpoints')), []);
    }
    assert.match(readFileSync(join(folder, 'runs', 'report.html'), 'utf8'), /<html/i);
  },

  'with --live it serves its page, and Ctrl-C saves'() {
    return watched(join(consumer, 'my-photos'), [
      'dist/train.js',
      '--epochs',
      '400',
      '--batch',
      '8',
      '--live',
    ]);
  },

  'the plugin of the guide is generated, and not over another one'() {
    run(consumer, bin('create-plugin'), ['image-noise']);
    const refused = run(consumer, bin('create-plugin'), ['image-noise'], { code: 1 });
    assert.match(refused, /^\[CREATE_FOLDER_IN_USE\]/);
  },

  'it compiles for Node and for bundlers'() {
    run(plugin, bin('tsc'), []);
    run(plugin, bin('tsc'), ['--module', 'esnext', '--moduleResolution', 'bundler']);
    run(plugin, bin('tsc'), ['--project', 'tsconfig.build.json']);
  },

  'it passes its tests, the conformance kit among them'() {
    test(plugin);
  },

  'it changes a training run'() {
    const output = program('train.mjs');
    const [without, having] = JSON.parse(output);
    assert.ok(without > 0 && having > 0 && without !== having, output);
  },

  'its faulty copy fails with the message that the guide shows'() {
    const vitest = run(variant('faulty'), bin('vitest'), ['run'], { code: 1 });
    assert.match(vitest, /Tests {2}1 failed/);
    const [expected, received] = [shownFailure, vitest].map(withoutNumbers);
    assert.ok(received.includes(expected), `expected\n${expected}\nreceived\n${received}`);
  },

  'its repaired copy passes'() {
    test(variant('repaired'), nodes.slice(0, 1));
  },

  'the example plugins compile, and pass their tests'() {
    const examples = join(consumer, 'examples');
    cpSync(here('../../examples/plugins/src'), join(examples, 'src'), { recursive: true });
    for (const name of ['package.json', 'tsconfig.json'])
      copyFileSync(join(plugin, name), join(examples, name));
    run(examples, bin('tsc'), []);
    test(examples, nodes.slice(-1));
  },

  'other versions of a plugin are told apart'() {
    const outcomes = JSON.parse(program('swap.mjs'));
    assert.equal(outcomes.first, '10 steps');
    assert.equal(outcomes.patched, '10 steps');
    assert.match(
      outcomes.renamed,
      /^\[TRAINER_STATE_MISSING\] .*'count' of plugin 'counter' 2\.0\.0.*version 1\.0\.0/,
    );
    assert.match(
      outcomes.stateless,
      /^\[TRAINER_STATE_UNCLAIMED\] .*'counter' 1\.0\.0, which version 2\.0\.0/,
    );
    assert.match(outcomes.newer, /^\[TRAINER_API_MISMATCH\] .*'\^3\.0'/);
    assert.equal(outcomes.raised, '10 steps');
    assert.match(
      outcomes.older,
      /^\[TRAINER_STATE_REJECTED\] .*version 2 by 'counter' 2\.1\.0, and 1\.0\.0 reads/,
    );
  },

  // The fixture is plugin-bet 0.1.0 for the plugin contract 1.0, staged and packed by `npm pack` before anything was released.
  'a plugin for the contract 1.0 trains with a core that keeps it, and is told of another one'() {
    const { core, plugin, outcome } = JSON.parse(programBeside('old-plugin.mjs', 'plugin-bet-0.1.0.tgz'));
    assert.equal(plugin, '^1.0');
    if (core.startsWith('1.')) assert.equal(outcome, '8 steps');
    else {
      assert.match(outcome, /^\[TRAINER_API_MISMATCH\] .*'@evenkeel\/plugin-bet'.*'\^1\.0'/);
      assert.ok(outcome.includes(core), outcome);
    }
  },

  'a second copy of the core is refused, and npm shows who brings it'() {
    installSecondCore(tarballs.find(({ name }) => name === '@evenkeel/trainer-core').path);
    const { plugin: byPlugin, role } = JSON.parse(program('two-copies.mjs'));
    const places =
      /expected 0\.\d+\.\d+ from \S+, received 0\.99\.0 from \S+second-plugin\S+\. Install one copy/;
    assert.match(byPlugin, /^\[TRAINER_TWO_COPIES\] Plugin 'second'/);
    assert.match(role, /^\[TRAINER_TWO_COPIES\] Role 'LOSS'/);
    for (const text of [byPlugin, role]) assert.match(text, places);
    const listed = run(consumer, 'npm', ['ls', '@evenkeel/trainer-core']);
    assert.match(listed, /second-plugin@1\.0\.0.*\n.*@evenkeel\/trainer-core@0\.99\.0/);
  },
};

let failed = false;
try {
  for (const [name, step] of Object.entries(STEPS)) {
    const started = process.hrtime.bigint();
    await step();
    console.log(`ok  ${name}  ${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`);
  }
} catch (error) {
  failed = true;
  console.error(error.message);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
