import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deadLinks } from './markdown.fixture.js';

interface Manifest {
  readonly name: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>;
}

const packages = new URL('../../../packages/', import.meta.url);

/** Codes of the tables of errors that a package defines, such as `BET_BAD_OPTION`. */
function codesIn(folder: URL): string[] {
  const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/|-)errors\.ts$/.test(path))
    .map((path) => readFileSync(new URL(path, folder), 'utf8'))
    .join('\n');
  // Entries may stand in lists of their own, which tables spread.
  const lists = new Map(
    Array.from(code.matchAll(/^export const (\w+) = \{$(.*?)^\};$/gms), ([, name, entries]) => [
      name,
      entries,
    ]),
  );
  return [...code.matchAll(/^export const \w+ = defineErrors\('(\w+)', \{(.*?)^\}\);/gms)].flatMap(
    ([, prefix, table]) => {
      const whole = table.replace(/^ {2}\.\.\.(\w+),$/gm, (_spread, name: string) => lists.get(name)!);
      return Array.from(whole.matchAll(/^ {2}([A-Z\d_]+):/gm), ([, name]) => `${prefix}_${name}`);
    },
  );
}

// A package without a README is found by package-shape.test.ts.
const folders = readdirSync(packages).filter((folder) =>
  existsSync(new URL(`${folder}/README.md`, packages)),
);

const known = new Set(folders.flatMap((folder) => codesIn(new URL(`${folder}/src/`, packages))));

describe.each(folders)('README of %s', (folder) => {
  const at = new URL(`${folder}/`, packages);
  const text = readFileSync(new URL('README.md', at), 'utf8');
  const manifest = JSON.parse(readFileSync(new URL('package.json', at), 'utf8')) as Manifest;
  const [head, ...sections] = text.split(/^## /m);

  it('begins with the name, one or two sentences, and an example', () => {
    const [title, summary, fence] = head.split(/\n\n+/);
    expect(title).toBe(`# ${manifest.name}`);
    expect(summary).toMatch(/^[A-Z].{30,300}[.?]$/s);
    const next = fence.startsWith('```') ? fence : sections[0];
    expect(next, 'a code block right after the summary').toMatch(/```(ts|sh)\n/);
  });

  it('names what can go wrong, all of it and nothing else', () => {
    const codes = codesIn(new URL('src/', at));
    if (codes.length === 0) return;
    const section = sections.find((each) => each.startsWith('Errors\n')) ?? '';
    const named = [...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([A-Z][A-Z\d]*_[A-Z\d_]+)`/g)].map(([, code]) => code),
    );
    expect(codes.filter((code) => !named.includes(code))).toEqual([]);
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });

  it('explains its options in a table, where there are any', () => {
    const index = readFileSync(new URL('src/index.ts', at), 'utf8');
    if (!/\b(?!Shared)\w+Options\b/.test(index)) return;
    expect(text).toMatch(/^\|.*option.*\|.*(meaning|default|what).*\|$/im);
  });

  it('ends with how to install it and the licence', () => {
    const peers = Object.keys(manifest.peerDependencies ?? {})
      .filter((name) => !(name in (manifest.peerDependenciesMeta ?? {})))
      .sort();
    const development = folder === 'trainer-testing' ? '--save-dev ' : '';
    const names = [manifest.name, ...peers].join(' ');
    expect(`## ${sections.at(-1)}`).toBe(
      `## Install\n\n\`\`\`sh\nnpm install ${development}${names}\n\`\`\`\n\nLicence: [Apache-2.0](LICENSE).\n`,
    );
  });

  it('has links that lead somewhere', () => {
    expect(deadLinks(text, at)).toEqual([]);
  });
});
