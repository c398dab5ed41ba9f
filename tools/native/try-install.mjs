#!/usr/bin/env node
// The packages as npm will have them, installed into empty folders from their tarballs and trained with, on machines that have Node and
// nothing else: no python3, make or compiler in the PATH, and, with --root, a root folder that holds Node, its C library and the folder alone.
//   node tools/native/try-install.mjs --wheels FOLDER --prebuilt FOLDER... [--node FILE]... [--root] [--steps N] [--batch N] [--keep]
// Prints one line of JSON for each. After `npx tsc --build`. Third-party packages come from npm's cache or registry.
import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { pack, publishable, stage } from '../scripts/stage-packages.mjs';
import { serveWheels } from './local-index.mjs';
import { writeProject } from './programs/write-project.mjs';
import { stageNative } from './stage-native.mjs';

const { values: options } = parseArgs({
  options: {
    wheels: { type: 'string' },
    prebuilt: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    root: { type: 'boolean', default: false },
    steps: { type: 'string', default: '20' },
    batch: { type: 'string', default: '128' },
    keep: { type: 'boolean', default: false },
  },
});
const execute = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-try-'));
const npm = join(
  dirname(realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())),
  'npm-cli.js',
);

/** Bytes of all files in a folder, in megabytes; files with several names once. */
function megabytes(folder) {
  const seen = new Set();
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { ino, size } = statSync(join(entry.parentPath, entry.name));
    if (!seen.has(ino)) bytes += size;
    seen.add(ino);
  }
  return Math.round(bytes / 1e6);
}

/** A folder that holds the programs of this machine with these names, and no others. */
function pathWith(folder, programs) {
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of Object.entries(programs)) symlinkSync(file, join(folder, name));
  return folder;
}

/** Runs a program to its end while this process serves the index. */
async function run(command, args, settings) {
  const begun = performance.now();
  try {
    const { stdout } = await execute(command, args, { maxBuffer: 2 ** 26, ...settings });
    return { stdout, seconds: Number(((performance.now() - begun) / 1000).toFixed(1)) };
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}: ${error.message}\n${error.stdout}${error.stderr}`);
  }
}

/** Puts an executable, and the shared libraries that it names, at the same places below a root. */
function copyWithLibraries(root, file, target) {
  const named = execFileSync('ldd', [file], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  const libraries = Array.from(named, ([, library]) => library);
  // The C library is several files, of which Node names not all.
  const whole = dirname(libraries.find((library) => /\/libc\.so/.test(library)));
  for (const name of ['librt.so.1', 'libpthread.so.0', 'libdl.so.2', 'libm.so.6'])
    libraries.push(join(whole, name));
  for (const [from, to] of [[file, target], ...libraries.map((library) => [library, library])]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(root, to));
  }
}

/** What names files that are not in a bare root. */
function withoutCertificates(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^NODE_EXTRA|^SSL_|^npm_/i.test(name)));
}

/** Trains in a root folder with Node, its libraries, the installed project and nothing else: not even a shell. */
async function trainInRoot(project, node, env) {
  const root = join(scratch, `root-${process.hrtime.bigint()}`);
  copyWithLibraries(root, node, '/bin/node');
  for (const name of ['proc', 'tmp', 'dev']) mkdirSync(join(root, name), { recursive: true });
  cpSync(project, join(root, 'app'), { recursive: true, verbatimSymlinks: true });
  const inside = `mount -t proc proc '${root}/proc' && mount --bind /dev '${root}/dev' && exec chroot '${root}' /bin/node --input-type=module -e "process.chdir('/app'); await import('/app/train.mjs')" - ${options.batch} ${options.steps}`;
  const result = await run('unshare', ['--mount', 'sh', '-c', inside], {
    env: { ...withoutCertificates(env), PATH: process.env.PATH, EVENKEEL_CACHE: '/cache', HOME: '/' },
  });
  const programs = readdirSync(join(root, 'bin'));
  const outcome = { ...result, programs, cacheMegabytes: megabytes(join(root, 'cache')) };
  rmSync(root, { recursive: true, force: true });
  return outcome;
}

const index = await serveWheels(options.wheels);
try {
  const staged = stage(publishable(), join(scratch, 'staged')).map((entry) => entry.staged);
  staged.push(...stageNative(join(scratch, 'staged'), options.prebuilt));
  const tarballs = pack(staged, join(scratch, 'tarballs'));
  for (const { name, size } of tarballs.filter(({ name }) => /native-|tfjs-node|tensorflow-node/.test(name)))
    console.log(JSON.stringify({ tarball: name, kilobytes: Math.round(size / 1000) }));
  for (const [at, node] of options.node.entries()) {
    const project = join(scratch, `project-${at}`);
    writeProject(project, join(scratch, 'tarballs'));
    // npm starts no script here, but looks for a shell and git.
    const path = pathWith(join(scratch, `bin-${at}`), { node, sh: '/bin/sh' });
    const env = {
      PATH: path,
      HOME: process.env.HOME,
      EVENKEEL_INDEX: index.url,
      NO_PROXY: '127.0.0.1',
      PIP_CONFIG_FILE: '/dev/null',
    };
    for (const [name, value] of Object.entries(process.env))
      if (/^npm_config_|^NODE_EXTRA|^SSL_/i.test(name)) env[name] = value;
    const install = await run(
      node,
      [npm, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: project, env },
    );
    const installed = megabytes(join(project, 'node_modules'));
    const cache = join(scratch, `cache-${at}`);
    const train = options.root
      ? await trainInRoot(project, node, env)
      : await run(node, ['train.mjs', options.batch, options.steps], {
          cwd: project,
          env: { ...env, EVENKEEL_CACHE: cache },
        });
    const cacheMegabytes = train.cacheMegabytes ?? megabytes(cache);
    const programs = train.programs ?? readdirSync(path);
    console.log(
      JSON.stringify({
        ...JSON.parse(train.stdout.trim().split('\n').at(-1)),
        programs,
        bareRoot: options.root,
        installSeconds: install.seconds,
        allSeconds: train.seconds,
        nodeModulesMegabytes: installed,
        cacheMegabytes,
      }),
    );
    if (!options.keep) rmSync(cache, { recursive: true, force: true });
  }
} finally {
  index.close();
  if (options.keep) console.log(scratch);
  else rmSync(scratch, { recursive: true, force: true });
}
