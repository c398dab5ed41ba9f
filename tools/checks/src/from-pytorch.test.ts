import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/from-pytorch.md', root), 'utf8');

/** What the sources of all packages export, by name. */
const exported = new Set(
  readdirSync(new URL('packages/', root)).flatMap((name) => {
    const sources = new URL(`packages/${name}/src/`, root);
    return readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^(?!.*\.(test|fixture)\.ts$).*\.ts$/.test(file))
      .flatMap((file) => {
        const code = readFileSync(new URL(file.replaceAll('\\', '/'), sources), 'utf8');
        return [...code.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(
          ([, found]) => found,
        );
      });
  }),
);
/** Members of what a trainer or a layer's scope is, and of a data set's parts. */
const MEMBERS = ['read', 'plan', 'build', 'apply'];

describe('the page for those who come from PyTorch', () => {
  const ours = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(' | ')[1] ?? '');

  it('names functions that there are', () => {
    const named = ours.flatMap((cell) =>
      [...cell.matchAll(/(?<![\w.])([a-z]\w*)\(/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !exported.has(name) && !MEMBERS.includes(name))).toEqual([]);
  });
});
