import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { CONTEXTS } from './example-contexts.fixture.js';
import { examplesOf, moduleFolder, problemsOf, writeModule } from './markdown.fixture.js';

const root = new URL('../../../', import.meta.url);
const folder = moduleFolder('examples');
afterAll(() => rmSync(folder, { recursive: true }));

const namesIn = (path: string) => readdirSync(new URL(path, root));

/** Every page for readers. */
const pages = [
  ...namesIn('.').filter((name) => name.endsWith('.md')),
  ...namesIn('docs/').map((name) => `docs/${name}`),
  ...['packages', 'examples', 'tools'].flatMap((group) =>
    namesIn(group).map((name) => `${group}/${name}/README.md`),
  ),
].filter((path) => path.endsWith('.md') && existsSync(new URL(path, root)));

/** Every TypeScript example by its page and number. */
const examples = new Map<string, string>(
  pages.flatMap((page) =>
    examplesOf(readFileSync(new URL(page, root), 'utf8')).map((code, at): [string, string] => [
      `${page} ${at + 1}`,
      code,
    ]),
  ),
);

/** A module with nothing around it, or with what a reader has there. */
function moduleOf(key: string, code: string, around = { before: '', after: '' }): string {
  const name = key.replaceAll(/[^\w-]/g, '_');
  const { before, after } = around;
  return writeModule(
    folder,
    before === '' ? `bare_${name}` : name,
    `${before}\n${code}\n${after}\nexport {};\n`,
  );
}

it('every TypeScript example of a page compiles, or it is said why not', { timeout: 180_000 }, () => {
  const [files, bare]: [string[], string[]] = [[], []];
  for (const [key, code] of examples) {
    const context = CONTEXTS[key] as (typeof CONTEXTS)[string] | undefined;
    bare.push(moduleOf(key, code));
    if (context === undefined) files.push(bare.pop()!);
    else if ('before' in context) files.push(moduleOf(key, code, { after: '', ...context }));
  }
  const misspelt = examples.get('docs/your-own-images.md 1')!.replace('seed: 1', 'sead: 1');
  const wrong = writeModule(folder, 'wrong', misspelt);
  const problems = problemsOf([...files, ...bare, wrong]);
  const inBare = problems.filter((problem) =>
    bare.some((path) => path.endsWith(`/${problem.split(':')[0]}`)),
  );
  expect(problems.filter((problem) => !inBare.includes(problem))).toEqual([
    expect.stringMatching(/^wrong.*'sead'/),
  ]);
  // What has a context, or is left out, does not compile by itself.
  const idle = bare.filter((path) => !inBare.some((problem) => path.endsWith(`/${problem.split(':')[0]}`)));
  expect(idle).toEqual([]);
});

it('contexts belong to examples that there are', () => {
  expect(examples.size).toBeGreaterThan(50);
  expect(Object.keys(CONTEXTS).filter((key) => !examples.has(key))).toEqual([]);
});
