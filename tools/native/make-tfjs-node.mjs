#!/usr/bin/env node
// Makes the package @evenkeel/tfjs-node: tfjs-node as npm has it, less its install script and what only that needs, and with
// one change: it takes the binding that `setup native` put into the cache. `node tools/native/make-tfjs-node.mjs OUT`.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Only the install script uses them. */
const OF_THE_INSTALLER = [
  '@mapbox/node-pre-gyp',
  'adm-zip',
  'https-proxy-agent',
  'progress',
  'rimraf',
  'tar',
];

/** What of dist/index.js finds and loads the binding, and what stands there instead. */
const LOADING =
  /^\/\/ tslint:disable-next-line:no-require-imports\nvar binary = require\([^]*?^var bindings = require\(bindingPath\);$/m;
const INSTEAD = `// Changed by @evenkeel/tfjs-node: the binding is the one that \`npx @evenkeel/tensorflow-node setup native\` made.
var bindings = require('@evenkeel/tensorflow-node').bindingForTfjsNode(require('../package.json').version);`;

/** Writes the package into a folder, whatever was there; gives its package.json. */
export function makeTfjsNode(out) {
  const manifestFile = createRequire(join(root, 'package.json')).resolve(
    '@tensorflow/tfjs-node/package.json',
  );
  const source = dirname(manifestFile);
  const original = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const own = JSON.parse(readFileSync(join(root, 'packages/tensorflow-node/package.json'), 'utf8'));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const name of ['dist', 'binding']) cpSync(join(source, name), join(out, name), { recursive: true });
  const index = join(out, 'dist/index.js');
  const text = readFileSync(index, 'utf8');
  if (!LOADING.test(text)) throw new Error(`tfjs-node ${original.version} loads its binding in another way`);
  writeFileSync(index, text.replace(LOADING, INSTEAD));
  const dependencies = Object.entries(original.dependencies).filter(
    ([name]) => !OF_THE_INSTALLER.includes(name),
  );
  const manifest = {
    name: '@evenkeel/tfjs-node',
    version: original.version,
    description: "tfjs-node that installs: its own JavaScript, on today's TensorFlow",
    keywords: own.keywords,
    license: 'Apache-2.0',
    main: 'dist/index.js',
    types: 'dist/index.d.ts',
    files: ['dist', 'binding'],
    engines: own.engines,
    publishConfig: own.publishConfig,
    dependencies: Object.fromEntries([['@evenkeel/tensorflow-node', `^${own.version}`], ...dependencies]),
    binary: original.binary,
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
  cpSync(fileURLToPath(new URL('tfjs-node.md', import.meta.url)), join(out, 'README.md'));
  return manifest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out] = process.argv.slice(2);
  if (out === undefined || existsSync(join(out, '.git'))) {
    console.error('Usage: node tools/native/make-tfjs-node.mjs OUT');
    process.exit(2);
  }
  const { name, version } = makeTfjsNode(out);
  console.log(`${name} ${version}  ${out}`);
}
