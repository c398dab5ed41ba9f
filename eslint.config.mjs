import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import jsdoc from 'eslint-plugin-jsdoc';
import * as jsonc from 'jsonc-eslint-parser';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

/** Who may import whom, by the tag in a package's package.json. What is not named here is forbidden. */
const MAY_IMPORT = {
  base: [],
  core: ['base'],
  native: ['base'],
  runtime: ['base', 'native', 'runtime'],
  testing: ['core', 'base'],
  plugin: ['core', 'base', 'runtime'],
  model: ['core', 'base', 'runtime'],
  data: ['core', 'base', 'data'],
  preset: ['core', 'base', 'plugin'],
  cluster: ['core', 'base', 'native', 'runtime'],
  command: ['core', 'base', 'native', 'runtime', 'plugin', 'model', 'data', 'preset', 'cluster'],
  example: [
    'core',
    'base',
    'native',
    'runtime',
    'plugin',
    'model',
    'data',
    'preset',
    'cluster',
    'command',
    'testing',
    'example',
  ],
  tool: ['*'],
};

/** The boundary rule; `extra` are the tags that every package but the base may import besides. */
function boundaries(extra) {
  const tagged = (tag) => (tag === '*' ? '*' : `type:${tag}`);
  return [
    'error',
    {
      banTransitiveDependencies: true,
      // A subcommand of the command line loads its files when it is called; these import as all files do.
      checkDynamicDependenciesExceptions: ['.*'],
      depConstraints: Object.entries(MAY_IMPORT).map(([tag, allowed]) => ({
        sourceTag: tagged(tag),
        onlyDependOnLibsWithTags: [...allowed, ...extra].map(tagged),
      })),
    },
  ];
}

const MATH_RANDOM = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: 'Math.random has no state to save. Draw from a named random stream of @evenkeel/trainer-core.',
};
const CLOCK = {
  selector:
    ":matches(MemberExpression[object.name='Date'][property.name='now'], MemberExpression[object.name='performance'][property.name='now'])",
  message: 'The step is pure: the clock belongs to the loop and to observers.',
};
const EXPORT_ALL = {
  selector: 'ExportAllDeclaration',
  message: 'Name every export, so that the public surface can be read in one place.',
};
const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a default export has another name in every file that imports it.',
};

/** Where numbers are made: no clock here, only inputs. */
const PURE = [
  'packages/models/src/**/*.ts',
  'packages/plugin-*/src/**/*.ts',
  'packages/trainer-core/src/{parts,plugins,random,step}/**/*.ts',
];

const TESTS = ['**/*.test.ts', '**/*.test-d.ts', '**/*.fixture.ts'];

export default defineConfig(
  { ignores: ['**/dist/', '**/out-tsc/', '**/coverage/', '**/runs/', '.nx/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [ts.configs.recommendedTypeChecked],
    plugins: { '@nx': nx, jsdoc },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries([]),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Assertions tell tensor ranks that TensorFlow.js types loosely; which of them the compiler could infer is no concern.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // Methods that must return a promise, because their interface says so, need not wait for anything.
      '@typescript-eslint/require-await': 'off',
      // Roles are plain objects of functions, taken apart on purpose; none of them uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'tsyringe',
              importNames: ['container'],
              message:
                "Every trainer has its own child container; only the core's assembly folder makes them.",
            },
            {
              name: '@tensorflow/tfjs',
              message: 'Import from @tensorflow/tfjs-core: only it is a dependency.',
            },
          ],
        },
      ],
      'no-restricted-syntax': ['error', MATH_RANDOM, EXPORT_ALL, DEFAULT_EXPORT],
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          require: { ClassDeclaration: true, FunctionDeclaration: true, MethodDefinition: false },
          contexts: [
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration',
            'TSEnumDeclaration',
            'ExportNamedDeclaration > VariableDeclaration',
          ],
          enableFixer: false,
        },
      ],
      'jsdoc/require-description': ['error', { contexts: ['any'], checkConstructors: false }],
    },
  },
  {
    files: PURE,
    rules: { 'no-restricted-syntax': ['error', MATH_RANDOM, CLOCK, EXPORT_ALL, DEFAULT_EXPORT] },
  },
  { files: ['packages/trainer-core/src/assembly/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['packages/*/src/**/*.ts'], rules: { 'max-lines': ['error', { max: 400 }] } },
  // The loop is one picture.
  {
    files: ['packages/trainer-core/src/session/fit-loop.ts'],
    rules: { 'max-lines': ['error', { max: 420 }] },
  },
  // A table of texts is one idea, however long.
  { files: ['packages/*/src/**/*errors.ts'], rules: { 'max-lines': ['error', { max: 600 }] } },
  {
    files: ['examples/**/*.ts', 'tools/**/*.ts', 'packages/{evenkeel,tensorflow-node}/src/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': boundaries(['testing']),
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-syntax': ['error', MATH_RANDOM, EXPORT_ALL],
    },
  },
  {
    files: ['**/vitest.config.mts'],
    extends: [ts.configs.disableTypeChecked],
    rules: { '@nx/enforce-module-boundaries': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['**/*.mjs'], rules: { eqeqeq: 'error', 'no-unused-vars': 'error', 'prefer-const': 'error' } },

  {
    files: ['packages/*/package.json', 'examples/*/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsonc },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          // Optional and loaded by name, so that no import shows them.
          ignoredDependencies: [
            'fashion-mnist',
            '@tensorflow/tfjs-node',
            '@tensorflow/tfjs-node-gpu',
            '@tensorflow/tfjs-backend-webgpu',
            'webgpu',
            // Headers for the compiler, found by their path.
            'node-api-headers',
          ],
          ignoredFiles: [
            '{projectRoot}/vitest.config.mts',
            '{projectRoot}/src/**/*.test.ts',
            '{projectRoot}/src/**/*.test-d.ts',
            '{projectRoot}/src/**/*.fixture.ts',
          ],
        },
      ],
    },
  },
  // An example is the application that brings the peer dependencies of everything it composes.
  {
    files: ['examples/*/package.json'],
    rules: { '@nx/dependency-checks': ['error', { checkObsoleteDependencies: false }] },
  },
  prettier,
);
