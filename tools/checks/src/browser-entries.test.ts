import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const packages = new URL('../../../packages/', import.meta.url);

/** Main entries that only Node can load; what of them runs in a browser has an entry `browser`. */
const NODE_ONLY = [
  'create',
  'create-plugin',
  'datasets-lt',
  'evenkeel',
  'image-folders',
  'live-page',
  'replicas',
  'tensorboard',
  'tensorflow-node',
];

/** The entries that promise to run in a browser: `browser` and `backend` where there are such, and the main entries of all others. */
const entries = readdirSync(packages).flatMap((folder) => {
  const source = new URL(`${folder}/src/`, packages);
  const found = readdirSync(source)
    .filter((name) => name === 'browser' || name === 'backend')
    .map((name) => `${name}/index.ts`);
  if (!NODE_ONLY.includes(folder)) found.push('index.ts');
  return found.map((file) => ({ name: `${folder}/${file}`, url: new URL(file, source) }));
});

/** The source of an import: of a file beside it, or of an entry of another package of ours. */
function sourceOf(specifier: string, from: URL): URL {
  const [, name, entry = ''] = /^@evenkeel\/([^/]+)(\/.*)?$/.exec(specifier) ?? [];
  if (name === undefined) return new URL(specifier.replace(/\.js$/, '.ts'), from);
  return new URL(`${name}/src${entry}/index.ts`, packages);
}

/** Every file that a source file reaches by imports that are there at run time, itself included. */
function reached(url: URL, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(url.href)) return seen;
  const text = readFileSync(url, 'utf8');
  seen.set(url.href, text);
  const imports = text.matchAll(
    /^(?:import|export) (?!type\b)(?:[^'"]*? from )?'((?:\.|@evenkeel\/)[^']*)'/gms,
  );
  for (const [, specifier] of imports) reached(sourceOf(specifier, url), seen);
  return seen;
}

describe.each(entries)('$name', ({ url }) => {
  it('reaches nothing that only Node has', () => {
    const files = [...reached(url)];
    const bound = files.filter(([, text]) =>
      /from 'node:|import 'node:|\bBuffer\.|\bcreateRequire\b/.test(text),
    );
    expect(bound.map(([href]) => href.slice(packages.href.length))).toEqual([]);
  });
});
