import { readFileSync } from 'node:fs';
import { readJson, writeJson } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, expect, it } from 'vitest';

type Generator = (tree: Tree, options: { name: string }) => Promise<() => void>;

const { default: plugin } = (await import(new URL('./plugin.mjs', import.meta.url).href)) as {
  default: Generator;
};

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  for (const name of tree.children('.')) if (name.includes('oxfmt')) tree.delete(name);
  writeJson(tree, '.prettierrc', { singleQuote: true, printWidth: 110 }); // as in this repository
  writeJson(tree, 'tsconfig.json', { references: [{ path: './packages/errors' }] });
});

it('makes a package with the files of its siblings, and a project reference', async () => {
  await plugin(tree, { name: 'label-noise' });
  const folder = 'packages/plugin-label-noise';
  expect(tree.children(folder).sort()).toEqual([
    'LICENSE',
    'README.md',
    'package.json',
    'src',
    'tsconfig.json',
    'tsconfig.lib.json',
    'tsconfig.spec.json',
    'vitest.config.mts',
  ]);
  expect(readJson(tree, `${folder}/package.json`)).toMatchObject({
    name: '@evenkeel/plugin-label-noise',
    nx: { name: 'plugin-label-noise', tags: ['type:plugin'] },
  });
  expect(tree.read(`${folder}/src/label-noise.ts`, 'utf8')).toContain("name: '@evenkeel/plugin-label-noise'");
  expect(readJson(tree, 'tsconfig.json')).toEqual({
    references: [{ path: './packages/errors' }, { path: `./${folder}` }],
  });
});

it('keeps the settings that plugins have by now', async () => {
  await plugin(tree, { name: 'label-noise' });
  const sibling = (path: string) =>
    readFileSync(new URL(`../../../packages/plugin-bet/${path}`, import.meta.url), 'utf8');
  const generated = (path: string) => tree.read(`packages/plugin-label-noise/${path}`, 'utf8')!;
  for (const path of [
    'LICENSE',
    'tsconfig.json',
    'tsconfig.lib.json',
    'tsconfig.spec.json',
    'vitest.config.mts',
  ]) {
    expect(generated(path).replace('plugin-label-noise', 'plugin-bet').trim(), path).toBe(
      sibling(path).trim(),
    );
  }
  const keys = (text: string) => Object.keys(JSON.parse(text) as object);
  expect(keys(generated('package.json'))).toEqual(keys(sibling('package.json')));
});

it('overwrites nothing', async () => {
  tree.write('packages/plugin-mixup/notes.txt', 'mine');
  await expect(plugin(tree, { name: 'mixup' })).rejects.toThrow(
    /CREATE_FOLDER_IN_USE.*already holds 'notes\.txt'/,
  );
});

it.each(['plugin-mixup', '@lab/mixup', 'Mixup'])('refuses the name %s', async (name) => {
  await expect(plugin(tree, { name })).rejects.toThrow('CREATE_BAD_NAME');
});
