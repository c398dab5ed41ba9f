#!/usr/bin/env node
// Makes what npm publishes, after a build: of every package its packed files in dist/packages/NAME, with a package.json
// that holds only what users need. So the condition that leads siblings to TypeScript sources stays in the repository, and
// files of an earlier build, whose source is gone, stay out.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Only this repository asks for it. */
const SOURCE_CONDITION = '@evenkeel/source';
/** Keys of package.json that are for work in this repository. */
const PRIVATE_KEYS = ['devDependencies', 'nx'];

/** The folders of all packages that are published. */
export function publishable() {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => !readManifest(folder).private);
}

/** The package.json of a folder. */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Stages packages into folders of their names below `out`; gives them as `{ folder, staged, manifest }`. */
export function stage(folders, out) {
  for (const folder of folders) buildPage(folder);
  const packed = npm(['pack', '--dry-run', '--json', ...folders]);
  return folders.map((folder) => {
    const { name } = readManifest(folder);
    const { files } = packed.find((entry) => entry.name === name);
    const staged = join(out, name.split('/').at(-1));
    rmSync(staged, { recursive: true, force: true });
    for (const { path } of files) {
      if (isLeftOver(folder, path)) continue;
      mkdirSync(dirname(join(staged, path)), { recursive: true });
      cpSync(join(folder, path), join(staged, path));
    }
    const manifest = published(readManifest(folder));
    writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return { folder, staged, manifest };
  });
}

/** Builds the page of a package that has one. */
function buildPage(folder) {
  const builder = join(folder, 'page', 'build-page.mjs');
  if (existsSync(builder))
    execFileSync(process.execPath, [builder], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Packs staged packages into `out`; gives the tarballs in the same order, as `{ path, size, files }`. */
export function pack(staged, out) {
  mkdirSync(out, { recursive: true });
  const packed = npm(['pack', '--json', '--pack-destination', out, ...staged]);
  return staged.map((folder) => {
    const { name, filename, size, files } = packed.find((entry) => entry.name === readManifest(folder).name);
    return { name, path: join(out, filename), size, files: files.map(({ path }) => path) };
  });
}

function npm(args) {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'pipe'] };
  return JSON.parse(execFileSync('npm', ['--loglevel=error', ...args], options));
}

/** Built from a source that is no longer there. */
function isLeftOver(folder, path) {
  const [, stem] = path.match(/^dist\/(.*?)\.(?:d\.ts|js)(?:\.map)?$/) ?? [];
  return stem !== undefined && !existsSync(join(folder, 'src', `${stem}.ts`));
}

function published(manifest) {
  const kept = Object.entries(manifest).filter(([key]) => !PRIVATE_KEYS.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'exports' ? withoutSources(value) : value]),
  );
}

function withoutSources(exports) {
  return Object.fromEntries(
    Object.entries(exports).map(([subpath, target]) => {
      if (typeof target === 'string') return [subpath, target];
      const conditions = Object.entries(target).filter(([name]) => name !== SOURCE_CONDITION);
      return [subpath, Object.fromEntries(conditions)];
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { staged, manifest } of stage(publishable(), join(root, 'dist', 'packages'))) {
    console.log(`${manifest.name} ${manifest.version}  ${staged}`);
  }
}
