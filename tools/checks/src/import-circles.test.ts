import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const packages = new URL('../../../packages/', import.meta.url);
type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Which files of a package's sources import which, tests and fixtures left out. */
function importsOf(folder: string): Imports {
  const sources = new URL(`${folder}/src/`, packages);
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !/\.(test|test-d|fixture)\.ts$/.test(file));
  return new Map(
    files.map((file) => {
      const text = readFileSync(new URL(file, sources), 'utf8');
      const imported = [...text.matchAll(/\bfrom '(\.[^']+)\.js'/g)].map(
        ([, path]) => `${posix.join(posix.dirname(file), path)}.ts`,
      );
      return [file, new Set(imported)];
    }),
  );
}

/** The same by folders. */
function byFolder(imports: Imports): Imports {
  const folders = new Map<string, Set<string>>();
  for (const [file, imported] of imports) {
    const from = posix.dirname(file);
    const known = folders.get(from) ?? new Set();
    for (const other of imported) if (posix.dirname(other) !== from) known.add(posix.dirname(other));
    folders.set(from, known);
  }
  return folders;
}

/** A way that leads back to where it began; empty where there is none. */
function circleIn(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const from = (place: string, way: readonly string[]): readonly string[] => {
    if (way.includes(place)) return [...way.slice(way.indexOf(place)), place];
    if (done.has(place)) return [];
    for (const next of imports.get(place) ?? []) {
      const circle = from(next, [...way, place]);
      if (circle.length > 0) return circle;
    }
    done.add(place);
    return [];
  };
  for (const place of imports.keys()) {
    const circle = from(place, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe('imports lead in one direction', () => {
  it.each(readdirSync(packages))('between the files of %s', (folder) => {
    expect(circleIn(importsOf(folder))).toEqual([]);
  });

  it('between the folders of trainer-core', () => {
    expect(circleIn(byFolder(importsOf('trainer-core')))).toEqual([]);
  });

  it('and a circle is found where there is one', () => {
    const imports = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b'])],
    ]);
    expect(circleIn(imports)).toEqual(['b', 'c', 'b']);
  });
});
