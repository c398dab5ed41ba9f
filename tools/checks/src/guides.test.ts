import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { deadLinks, firstExample, moduleFolder, writeModule } from './markdown.fixture.js';

const root = new URL('../../../', import.meta.url);
const folder = moduleFolder('guides');
afterAll(() => rmSync(folder, { recursive: true }));

/** The reader's pages; docs/first-plugin.md is compared by its own test, the parts of docs/plugins.md by plugin-page.test.ts. */
const GUIDES = ['your-own-images', 'compare-methods', 'export'];
const pages = ['README.md', ...readdirSync(new URL('docs/', root)).filter(isPage)];

function isPage(name: string): boolean {
  return name.endsWith('.md');
}

const addressOf = (name: string) => new URL(name === 'README.md' ? name : `docs/${name}`, root);
const textOf = (name: string) => readFileSync(addressOf(name), 'utf8');

/** What TypeScript says of modules, strictly, with the packages' sources. */
function problemsOf(files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    customConditions: ['@evenkeel/source'],
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node'],
  });
  return files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  );
}

it('guides show programs that compile, and a wrong one would be seen', { timeout: 60_000 }, () => {
  const files = GUIDES.map((name) => writeModule(folder, name, firstExample(textOf(`${name}.md`))));
  const misspelt = readFileSync(files[0], 'utf8').replace('seed: 1', 'sead: 1');
  const wrong = writeModule(folder, 'wrong', misspelt);
  const problems = problemsOf([...files, wrong]);
  expect(problems.filter((problem) => !problem.startsWith('wrong'))).toEqual([]);
  expect(problems).toEqual([expect.stringContaining("'sead'")]);
});

describe.each(pages)('%s', (name) => {
  it('has links that lead somewhere', () => {
    expect(deadLinks(textOf(name), addressOf(name))).toEqual([]);
  });
});
