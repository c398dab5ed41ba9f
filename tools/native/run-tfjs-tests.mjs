#!/usr/bin/env node
// Runs the tests that tfjs publishes against tfjs-node on the TensorFlow in the cache: those of tfjs-core, as tfjs-node's own `src/run_tests.ts`
// runs them, with the list of what it leaves out read from that file. (Its own test files are not in its package.) Jasmine is fetched from npm
// into a scratch folder. Prints failures and a line of JSON; `--all` runs what the list leaves out as well, `--grep TEXT` a part.
//   node tools/native/run-tfjs-tests.mjs [--all] [--grep TEXT]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { findNativeBuild, bindingFile } from '../../packages/tensorflow-node/dist/find/native-folder.js';

const { values: options } = parseArgs({
  options: { all: { type: 'boolean', default: false }, grep: { type: 'string', default: '' } },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(join(root, 'package.json'));
const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'));
const tfjsNode = dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
const { version } = JSON.parse(readFileSync(join(tfjsNode, 'package.json'), 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-tfjs-tests-'));

/** The names that tfjs-node's runner skips: parts of the full name of a test. */
function ignored() {
  const text = readFileSync(
    join(dirname(require.resolve('@tensorflow/tfjs-node/package.json')), 'src/run_tests.ts'),
    'utf8',
  );
  const [, list] = /IGNORE_LIST: string\[\] = \[([^]*?)\n\];/.exec(text);
  return Array.from(list.replace(/^\s*\/\/.*$/gm, '').matchAll(/'([^']+)'/g), ([, name]) => name);
}

const ENTRY = `
import '@tensorflow/tfjs-node';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import './environments.js';
import '@tensorflow/tfjs-core/dist/tests';
`;

const ENVIRONMENTS = `
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
setTestEnvs([{ name: 'test-tensorflow', backendName: 'tensorflow', flags: {}, isDataSync: true }]);
`;

const RUNNER = `
const [bundle, ignored, grep] = process.argv.slice(2);
const Jasmine = require('jasmine');
const runner = new Jasmine();
runner.loadConfig({ spec_files: [], random: false });
runner.exitOnCompletion = false;
const failures = [];
const counts = { passed: 0, failed: 0, pending: 0 };
runner.clearReporters();
runner.addReporter({
  specDone({ fullName, status, failedExpectations }) {
    if (status === 'excluded') return;
    counts[status]++;
    if (status === 'failed') failures.push([fullName, failedExpectations[0]?.message.split('\\n')[0]]);
  },
});
const skip = JSON.parse(ignored);
jasmine.getEnv().configure({
  specFilter: (spec) => spec.getFullName().includes(grep) && !skip.some((name) => spec.getFullName().includes(name)),
});
process.on('unhandledRejection', (error) => failures.push(['unhandled', String(error)]));
require(bundle);
runner.execute().then(() => {
  for (const [name, message] of failures) console.log('FAILED ' + name + ': ' + message);
  console.log(JSON.stringify({ node: process.version, ...counts }));
  process.exit(counts.failed ? 1 : 0);
});
`;

try {
  const build = findNativeBuild('native', version);
  if (build === undefined) throw new Error('native is not set up: npx evenkeel setup native');
  execFileSync('npm', [
    'install',
    '--prefix',
    scratch,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    'jasmine@4.2.1',
  ]);
  // In the place of what finds the binding that tfjs-node's installer would have fetched.
  const finder = join(scratch, 'node_modules/@mapbox/node-pre-gyp');
  mkdirSync(finder, { recursive: true });
  writeFileSync(
    join(finder, 'index.js'),
    `exports.find = () => ${JSON.stringify(bindingFile(build.folder))};`,
  );
  writeFileSync(join(scratch, 'entry.js'), ENTRY);
  writeFileSync(join(scratch, 'environments.js'), ENVIRONMENTS);
  writeFileSync(join(scratch, 'runner.cjs'), RUNNER);
  // One copy of tfjs-core for the backend and for its tests: both from the same modules, tfjs-node from its TypeScript.
  const bundle = await rolldown({
    input: join(scratch, 'entry.js'),
    platform: 'node',
    logLevel: 'silent',
    treeshake: false, // tfjs-core says that its tests have no side effects
    external: ['@mapbox/node-pre-gyp', 'node-fetch', /^jasmine/],
    resolve: {
      modules: [join(root, 'node_modules')],
      mainFields: ['module', 'main'],
      alias: {
        '@tensorflow/tfjs-node': join(tfjsNode, 'src/index.ts'),
        '@tensorflow/tfjs-core$': join(core, 'dist/index.js'),
      },
    },
  });
  const file = join(scratch, 'tests.cjs');
  await bundle.write({ file, format: 'cjs', codeSplitting: false });
  const skip = JSON.stringify(options.all ? [] : ignored());
  const env = { ...process.env, NODE_PATH: join(root, 'node_modules') };
  const args = [join(scratch, 'runner.cjs'), file, skip, options.grep];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
