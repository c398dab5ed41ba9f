#!/usr/bin/env node
// Checks every package as npm would publish it, after a build: publint finds nothing, the packed files hold no
// test and no build information, and every entry of the exports map loads in plain Node.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** What publint has to say about the package in `folder`. */
async function lint(folder, manifest) {
  const { messages } = await publint({ pkgDir: folder, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** Packed files that no user needs. */
function strays(folder) {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
      cwd: folder,
      encoding: 'utf8',
    }),
  );
  return files
    .map((file) => file.path)
    .filter((path) => /\.(test|test-d|fixture)\.|\.tsbuildinfo$|^out-tsc/.test(path))
    .map((path) => `packed by mistake: ${path}`);
}

/** Entries of the exports map that plain Node cannot load. */
async function unloadable(folder, manifest) {
  const problems = [];
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    try {
      await import(pathToFileURL(join(folder, target.default)).href);
    } catch (error) {
      problems.push(`'${subpath}' does not load: ${error.message}`);
    }
  }
  return problems;
}

let failed = 0;
for (const name of readdirSync(packages)) {
  const folder = join(packages, name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const problems = [
    ...(await lint(folder, manifest)),
    ...strays(folder),
    ...(await unloadable(folder, manifest)),
  ];
  for (const problem of problems) console.error(`${manifest.name}: ${problem}`);
  if (problems.length) failed += 1;
}
process.exit(failed ? 1 : 0);
