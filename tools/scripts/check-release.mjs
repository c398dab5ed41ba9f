#!/usr/bin/env node
// Checks that a release could be made now, without making one: what `nx release` would do to versions, changelogs and tags.
// Before anything was released, that is the first release, and in a clone the one after it, from a version plan. Once
// something was released, changed packages without a version plan are an error.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishable, readManifest } from './stage-packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 };

function nx(args, cwd = root) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
  return execFileSync(join(root, 'node_modules', '.bin', 'nx'), ['release', ...args], {
    ...options,
    cwd,
    env,
  });
}

/** Plans that wait for a release. */
function plans() {
  const folder = join(root, '.nx', 'version-plans');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : [];
}

/** What the release after the first one would do in a clone, of a plan that raises one package. */
function rehearseNext(names) {
  const clone = mkdtempSync(join(tmpdir(), 'evenkeel-release-'));
  const git = (...args) => execFileSync('git', args, { ...options, cwd: clone });
  try {
    git('clone', '--quiet', '--shared', root, '.');
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    for (const name of names) git('tag', `${name}@${readManifest(join(clone, 'packages', name)).version}`);
    mkdirSync(join(clone, '.nx', 'version-plans'), { recursive: true });
    const plan = `---\nplugin-bet: minor\n---\n\nAn option more.\n`;
    writeFileSync(join(clone, '.nx', 'version-plans', 'version-plan-1.md'), plan);
    const output = nx(['--skip-publish', '--dry-run'], clone);
    for (const text of ['packages/plugin-bet/CHANGELOG.md', '- An option more.', '"version": "0.1.1"']) {
      if (!output.includes(text))
        throw new Error(`The release of a version plan does not say '${text}'.\n${output}`);
    }
  } finally {
    rmSync(clone, { recursive: true });
  }
}

/** What a dry run has to say; throws with its output when it fails. */
function rehearse() {
  const tags = execFileSync('git', ['tag', '--list', '*@*'], options).trim();
  const names = publishable().map((folder) => readManifest(folder).nx.name);
  if (tags === '') {
    rehearseNext(names);
    return [nx(['0.1.0', '--first-release', '--skip-publish', '--dry-run']), names];
  }
  nx(['plan:check']);
  return plans().length > 0 ? [nx(['--skip-publish', '--dry-run']), []] : ['', []];
}

if (!existsSync(join(root, '.git'))) {
  console.log('No git checkout: there is no history to release from.');
} else {
  try {
    const [output, names] = rehearse();
    const missing = names.filter((name) => !output.includes(`packages/${name}/CHANGELOG.md`));
    if (missing.length > 0) throw new Error(`The first release leaves out ${missing.join(', ')}.`);
  } catch (error) {
    console.error(`${error.stdout ?? ''}${error.stderr ?? ''}${error.stdout ? '' : error.message}`);
    process.exitCode = 1;
  }
}
