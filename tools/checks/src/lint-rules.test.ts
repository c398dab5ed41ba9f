import { fileURLToPath } from 'node:url';
import { createProjectGraphAsync, readCachedProjectGraph } from '@nx/devkit';
import { ESLint } from 'eslint';
import { beforeAll, expect, it } from 'vitest';

const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  // The made-up files are in no TypeScript project, so the rules that ask the compiler are left out.
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } }],
  ruleFilter: ({ ruleId }) => !ruleId.startsWith('@typescript-eslint/') || ruleId.endsWith('no-explicit-any'),
});

beforeAll(async () => {
  try {
    readCachedProjectGraph();
  } catch {
    await createProjectGraphAsync(); // a fresh clone, where the boundary rule would skip itself
  }
});

/** The rules that `code` breaks when it stands in `file` (a path from the root; no such file need exist). */
async function broken(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file });
  return result.messages.map((message) => `${message.ruleId ?? 'parse error'}: ${message.message}`);
}

/** A file that uses something of `target`. */
const using = (target: string): string => `import { thing } from '${target}';\n\nthing();\n`;

/** Where the target imports the package itself, the rule speaks of the circle and not of the tag. */
const boundary = /^@nx\/enforce-module-boundaries: (A project tagged with|Circular dependency)/;
const notListed =
  /^@nx\/enforce-module-boundaries: Only packages defined in the "package.json" can be imported/;

it.each([
  ['the base imports the core', 'packages/errors/src/made-up.ts', '@evenkeel/trainer-core', boundary],
  ['the core imports a plugin', 'packages/trainer-core/src/made-up.ts', '@evenkeel/plugin-bet', boundary],
  ['the core imports a backend', 'packages/trainer-core/src/made-up.ts', '@evenkeel/tfjs-runtime', boundary],
  ['a backend imports the core', 'packages/tfjs-runtime/src/made-up.ts', '@evenkeel/trainer-core', boundary],
  [
    'native imports operations',
    'packages/tensorflow-node/src/made-up.ts',
    '@evenkeel/tfjs-runtime',
    boundary,
  ],
  ['native imports the core', 'packages/tensorflow-node/src/made-up.ts', '@evenkeel/trainer-core', boundary],
  ['compiling imports the core', 'packages/compiled-step/src/made-up.ts', '@evenkeel/trainer-core', boundary],
  ['a plugin imports a plugin', 'packages/plugin-bet/src/made-up.ts', '@evenkeel/plugin-b3rs', boundary],
  ['a plugin imports data', 'packages/plugin-bet/src/made-up.ts', '@evenkeel/datasets-lt', boundary],
  ['a plugin ships test tools', 'packages/plugin-bet/src/made-up.ts', '@evenkeel/trainer-testing', boundary],
  ['a plugin imports a preset', 'packages/plugin-bet/src/made-up.ts', '@evenkeel/end-to-end', boundary],
  ['a preset imports data', 'packages/end-to-end/src/made-up.ts', '@evenkeel/datasets-lt', boundary],
  ['data imports a plugin', 'packages/datasets-lt/src/made-up.ts', '@evenkeel/plugin-bet', boundary],
  ['a model imports a plugin', 'packages/models/src/made-up.ts', '@evenkeel/plugin-bet', boundary],
  ['test tools import a plugin', 'packages/trainer-testing/src/made-up.ts', '@evenkeel/plugin-bet', boundary],
  [
    'a test imports another plugin',
    'packages/plugin-bet/src/made-up.test.ts',
    '@evenkeel/plugin-b3rs',
    boundary,
  ],
  ['a dependency is not declared', 'packages/errors/src/made-up.ts', '@tensorflow/tfjs-core', notListed],
])('is an error: %s', async (_, file, target, expected) => {
  expect(await broken(file, using(target))).toEqual([expect.stringMatching(expected)]);
});

it.each([
  ['a plugin imports the core', 'packages/plugin-bet/src/made-up.ts', '@evenkeel/trainer-core'],
  ['a plugin imports the errors', 'packages/plugin-bet/src/made-up.ts', '@evenkeel/errors'],
  [
    "a plugin's test imports test tools",
    'packages/plugin-bet/src/made-up.test.ts',
    '@evenkeel/trainer-testing',
  ],
  ['compiling imports native', 'packages/compiled-step/src/made-up.ts', '@evenkeel/tensorflow-node/backend'],
  ['an example imports a plugin', 'examples/end-to-end/src/made-up.ts', '@evenkeel/plugin-bet'],
])('is allowed: %s', async (_, file, target) => {
  expect(await broken(file, using(target))).toEqual([]);
});

const core = 'packages/trainer-core/src/made-up.ts';
const step = 'packages/trainer-core/src/step/training-step.ts';

it.each([
  ['no docstring', core, 'export function f(): number {\n  return 1;\n}\n', 'jsdoc/require-jsdoc'],
  ['no docstring on a constant', core, 'export const one = 1;\n', 'jsdoc/require-jsdoc'],
  ['no docstring on a type', core, 'export type T = string;\n', 'jsdoc/require-jsdoc'],
  ['any', core, 'let x: any;\nx();\n', '@typescript-eslint/no-explicit-any'],
  ['a default export', core, '/** One. */\nexport default 1;\n', 'no-restricted-syntax'],
  ['export *', core, "export * from './other.js';\n", 'no-restricted-syntax'],
  ['Math.random', core, 'Math.random();\n', 'no-restricted-syntax'],
  ['a clock in the step', step, 'performance.now();\n', 'no-restricted-syntax'],
  ['printing', core, "console.log('here');\n", 'no-console'],
  [
    'the global container',
    core,
    "import { container } from 'tsyringe';\n\ncontainer.reset();\n",
    'no-restricted-imports',
  ],
])('is an error: %s', async (_, file, code, rule) => {
  expect(await broken(file, code)).toEqual([expect.stringContaining(rule)]);
});

it.each([
  ['a clock outside the step', core, 'performance.now();\n'],
  [
    'a container where trainers are put together',
    'packages/trainer-core/src/assembly/made-up.ts',
    using('tsyringe'),
  ],
])('is allowed: %s', async (_, file, code) => {
  expect(await broken(file, code)).toEqual([]);
});
