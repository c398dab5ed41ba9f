import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const packages = new URL('../../../packages/', import.meta.url);

/** Main entries that only Node can load; what of them runs in a browser has an entry `browser`. */
const NODE_ONLY = ['create-plugin', 'datasets-lt'];

/** The entries that promise to run in a browser: `browser` where there is one, and the main entries of all others. */
const entries = readdirSync(packages).flatMap((folder) => {
  const source = new URL(`${folder}/src/`, packages);
  const found = readdirSync(source).includes('browser') ? ['browser/index.ts'] : [];
  if (!NODE_ONLY.includes(folder)) found.push('index.ts');
  return found.map((file) => ({ name: `${folder}/${file}`, url: new URL(file, source) }));
});

/** Every file that a source file reaches by imports that are there at run time, itself included. */
function reached(url: URL, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(url.href)) return seen;
  const text = readFileSync(url, 'utf8');
  seen.set(url.href, text);
  for (const [, path] of text.matchAll(/^(?:import|export) (?!type\b)(?:[^'"]*? from )?'(\.[^']*)\.js'/gms)) {
    reached(new URL(`${path}.ts`, url), seen);
  }
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
