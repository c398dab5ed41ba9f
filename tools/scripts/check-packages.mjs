#!/usr/bin/env node
// Checks every package as npm would publish it, after a build: publint and are-the-types-wrong find nothing, the tarball
// holds what users need, nothing else, and no more than its size limit, and every entry of the exports map loads in plain
// Node.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack, publishable, stage } from './stage-packages.mjs';

/** Bytes that a tarball may have; a package that needs more says so here. */
const SIZE_LIMIT = 80_000;
const SIZE_LIMITS = {
  '@evenkeel/compiled-step': 110_000,
  evenkeel: 180_000,
  '@evenkeel/image-folders': 200_000,
  '@evenkeel/live-page': 130_000,
  '@evenkeel/tensorflow-node': 190_000,
  '@evenkeel/tfjs-runtime': 145_000,
  '@evenkeel/trainer-core': 380_000,
};

/** What publint has to say. */
async function lint({ staged, manifest }) {
  const { messages } = await publint({ pkgDir: staged, strict: true, pack: false });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** What TypeScript would make of the types in ways that the packages support: ES modules in Node, and bundlers. */
async function misleadingTypes({ tarball }) {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball.path)));
  if (!analysis.types) return [];
  const seen = analysis.problems.filter(
    ({ resolutionKind, kind }) =>
      !['node10', 'node16-cjs'].includes(resolutionKind) && kind !== 'CJSResolvesToESM',
  );
  return seen.map(
    ({ kind, entrypoint = '' }) => `types: ${problemKindInfo[kind].shortDescription} ${entrypoint}`,
  );
}

/** Files that are missing, or that no user needs. */
function wrongFiles({ tarball: { files }, manifest }) {
  const missing = ['LICENSE', 'README.md'].filter((name) => !files.includes(name));
  const strays = files.filter((path) =>
    /\.(test|test-d|fixture|golden)\.(?!.*\.template$)|\.(tsbuildinfo|py)$|(^|\/)(out-tsc|node_modules)\//.test(
      path,
    ),
  );
  const scripts = Object.keys(manifest.scripts ?? {}).filter((name) => /install|prepare/.test(name));
  return [
    ...missing.map((path) => `missing: ${path}`),
    ...strays.map((path) => `packed by mistake: ${path}`),
    ...scripts.map((name) => `runs a script when it is installed: ${name}`),
  ];
}

/** Source maps that lead out of the package. */
function brokenMaps({ staged, tarball: { files } }) {
  return files
    .filter((path) => path.endsWith('.map'))
    .flatMap((path) => {
      const { sources } = JSON.parse(readFileSync(join(staged, path), 'utf8'));
      const lost = sources.filter((source) => !files.includes(normalize(join(dirname(path), source))));
      return lost.map((source) => `${path} leads to ${source}, which is not packed`);
    });
}

function tooLarge({ tarball: { name, size } }) {
  const limit = SIZE_LIMITS[name] ?? SIZE_LIMIT;
  return size > limit
    ? [`the tarball has ${size} bytes, limit ${limit} (tools/scripts/check-packages.mjs)`]
    : [];
}

/** Entries of the exports map that plain Node cannot load. */
async function unloadable({ folder, manifest }) {
  const problems = [];
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    try {
      await import(pathToFileURL(join(folder, target.default)).href);
    } catch (error) {
      problems.push(`'${subpath}' does not load: ${error.message}`);
    }
  }
  return problems;
}

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-packages-'));
let failed = false;
try {
  const packages = stage(publishable(), join(scratch, 'staged'));
  const tarballs = pack(
    packages.map(({ staged }) => staged),
    join(scratch, 'tarballs'),
  );
  for (const [at, entry] of packages.entries()) {
    const subject = { ...entry, tarball: tarballs[at] };
    const checks = [lint, misleadingTypes, wrongFiles, brokenMaps, tooLarge, unloadable];
    for (const check of checks) {
      for (const problem of await check(subject)) {
        console.error(`${entry.manifest.name}: ${problem}`);
        failed = true;
      }
    }
  }
} finally {
  rmSync(scratch, { recursive: true });
}
process.exit(failed ? 1 : 0);
