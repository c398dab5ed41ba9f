#!/usr/bin/env node
// From the tarballs alone, in an empty folder outside of the repository: everything loads, a plugin is generated, compiles,
// passes the conformance kit and changes a training run; a faulty copy of it fails with advice; other versions of a plugin,
// and a second copy of the core, are told apart. EVENKEEL_NODES may name more Node executables, joined by colons.
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { pack, publishable, stage } from '../scripts/stage-packages.mjs';
import { install, run } from './consumer.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-published-'));
const consumer = join(scratch, 'consumer');
const plugin = join(consumer, 'label-noise');
const nodes = [process.execPath, ...(process.env.EVENKEEL_NODES ?? '').split(':').filter(Boolean)];

const bin = (name) => join(consumer, 'node_modules', '.bin', name);
const node = (program, executable = process.execPath) => {
  copyFileSync(fileURLToPath(new URL(`programs/${program}`, import.meta.url)), join(consumer, program));
  return run(consumer, executable, [program]);
};

/** The steps in their order; each leaves behind what the next ones need. */
const STEPS = {
  'packages are packed and installed'() {
    const staged = stage(publishable(), join(scratch, 'staged')).map((entry) => entry.staged);
    install(consumer, pack(staged, join(scratch, 'tarballs')));
  },

  'every entry loads, and so do the commands'() {
    for (const executable of nodes) assert.match(node('load-all.mjs', executable), /^loaded \d\d+$/m);
    assert.match(run(consumer, bin('evenkeel-runtime'), ['--help']), /doctor/);
    assert.match(run(consumer, bin('create-plugin'), ['--help']), /Usage: create-plugin/);
  },

  'a plugin is generated, and not over another one'() {
    run(consumer, bin('create-plugin'), ['label-noise']);
    const refused = run(consumer, bin('create-plugin'), ['label-noise'], { code: 1 });
    assert.match(refused, /^\[CREATE_FOLDER_IN_USE\]/);
  },

  'it compiles for Node and for bundlers'() {
    run(plugin, bin('tsc'), []);
    run(plugin, bin('tsc'), ['--module', 'esnext', '--moduleResolution', 'bundler']);
    run(plugin, bin('tsc'), ['--project', 'tsconfig.build.json']);
  },

  'it passes its tests, the conformance kit among them'() {
    assert.match(run(plugin, bin('vitest'), ['run']), /Tests {2}\d+ passed/);
  },

  'it changes a training run'() {
    const outputs = nodes.map((executable) => node('train.mjs', executable));
    const [without, having] = JSON.parse(outputs[0]);
    assert.ok(without > 0 && having > 0 && without !== having, outputs[0]);
    for (const output of outputs) assert.equal(output, outputs[0]);
  },

  'a faulty copy fails with advice'() {
    const faulty = join(consumer, 'faulty');
    cpSync(plugin, faulty, { recursive: true });
    const file = join(faulty, 'src', 'add-noise.ts');
    const source = readFileSync(file, 'utf8');
    const wrong = source.replace('random.normal()', 'Math.random()');
    assert.notEqual(wrong, source);
    writeFileSync(file, wrong);
    const output = run(faulty, bin('vitest'), ['run', 'label-noise'], { code: 1 });
    assert.match(output, /Two runs with the same seed differ/);
    assert.match(output, /instead of Math\.random/);
  },

  'other versions of a plugin are told apart'() {
    const outcomes = JSON.parse(node('swap.mjs'));
    assert.equal(outcomes.first, '10 steps');
    assert.equal(outcomes.patched, '10 steps');
    assert.match(outcomes.renamed, /^\[TRAINER_STATE_MISSING\] .*'counter'/);
    assert.match(outcomes.stateless, /^\[TRAINER_STATE_UNCLAIMED\] .*'counter' 1\.0\.0/);
    assert.match(outcomes.newer, /^\[TRAINER_API_MISMATCH\] .*'\^2\.0'/);
  },
};

let failed = false;
try {
  for (const [name, step] of Object.entries(STEPS)) {
    const started = process.hrtime.bigint();
    step();
    console.log(`ok  ${name}  ${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`);
  }
} catch (error) {
  failed = true;
  console.error(error.message);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
