import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hiddenDefinitions, optionReaders } from './option-readers.fixture.js';
import type { FoundReader } from './option-readers.fixture.js';

type Reader = FoundReader['reader'];

/** One option in a README, of one function. */
interface Line {
  readonly where: string;
  readonly name: string;
  readonly default: string;
}

const readers = await optionReaders();

/** Cells of every table of options: header cells, then rows. A table of a command's flags is none. */
function tablesOf(readme: string): string[][][] {
  return [...readme.matchAll(/(?:^\|.*\|\n)+/gm)]
    .map(([table]) => table.trim().split('\n'))
    .map(([head, , ...rows]) => [head, ...rows].map(cellsOf))
    .filter(([head, ...rows]) => head.some(isOption) && !rows.some((row) => row.join().includes('`--')));
}

function cellsOf(row: string): string[] {
  const cells = row.replaceAll('\\|', '/').split('|');
  return cells.slice(1, -1).map((cell) => cell.trim());
}

const isOption = (head: string) => /^option( of .*)?$/.test(head);
const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** What a README says of the options of these functions; a table that names none is about all that no other names. */
function linesOf(readme: string, all: readonly Reader[]): Line[] {
  const tables = tablesOf(readme);
  const named = new Set(tables.flatMap(functionsNamedIn));
  const others = all.filter(({ where }) => !named.has(where));
  return tables.flatMap((table) => {
    const [head, ...rows] = table;
    const [option, value, ofRow] = [
      head.findIndex(isOption),
      head.indexOf('default'),
      head.indexOf('function'),
    ];
    const ofTable = quoted(head[option]);
    let functions = ofTable.length > 0 ? ofTable : others.map(({ where }) => where);
    return rows.flatMap((row) => {
      if (ofRow >= 0 && row[ofRow] !== '') functions = quoted(row[ofRow]);
      const names = quoted(row[option]);
      const parts = row[value].split(', ');
      const defaults = parts.length === names.length ? parts : names.map(() => row[value]);
      return names.flatMap((name, at) => {
        const having = functions.filter((where) => hasOption(all, where, name));
        // An option that none of them has is shown for the first, so that it counts as one too many.
        const which = having.length > 0 ? having : functions.slice(0, 1);
        return which.map((where) => ({ where, name, default: defaultOf(defaults[at], where) }));
      });
    });
  });
}

function hasOption(all: readonly Reader[], where: string, name: string): boolean {
  return all.some((reader) => reader.where === where && Object.hasOwn(reader.spec, name));
}

function functionsNamedIn([head, ...rows]: string[][]): string[] {
  const column = head.indexOf('function');
  return [
    ...quoted(head.find(isOption) ?? ''),
    ...(column < 0 ? [] : rows.flatMap((row) => quoted(row[column]))),
  ];
}

/** Of `0.9999; focal: 0` the part that is about a function. */
function defaultOf(cell: string, where: string): string {
  const parts = cell.replaceAll('`', '').split('; ');
  const own = parts.find((part) => part.split(': ')[0].split(', ').includes(where));
  return own === undefined ? parts[0] : own.slice(own.indexOf(': ') + 2);
}

describe('definitions of options', () => {
  it('are exported from their modules, so that they are checked here', () => {
    expect(hiddenDefinitions()).toEqual([]);
    expect(readers.length).toBeGreaterThan(50);
  });
});

const folders = [...new Set(readers.map(({ folder }) => folder))];

describe.each(folders)('the tables of options of %s', (folder) => {
  const at = new URL(`../../../${folder}/README.md`, import.meta.url);
  const readme = existsSync(at) ? readFileSync(at, 'utf8') : '';
  const own = readers.filter((found) => found.folder === folder).map(({ reader }) => reader);
  const lines = linesOf(readme, own);

  it('name every option, no other, and its default', () => {
    const documented = own.filter(({ where }) => lines.some((line) => line.where === where));
    const expected = documented.flatMap((reader) =>
      reader.lines.map((line) => `${reader.where} ${line.name}: ${line.default.replaceAll('`', '')}`),
    );
    const shown = lines.map((line) => `${line.where} ${line.name}: ${line.default}`);
    expect(shown.sort()).toEqual(expected.sort());
  });
});
