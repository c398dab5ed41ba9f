// `npx nx g @evenkeel/tools:plugin NAME`: the plugin that `npm create @evenkeel/plugin` writes, as a package of this
// repository.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatFiles, installPackagesTask, updateJson } from '@nx/devkit';

/** The templates and their checks; built first, since a fresh clone has no build. */
async function createPlugin() {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '--build', 'packages/create-plugin/tsconfig.lib.json'], { cwd: root });
  return import('@evenkeel/create-plugin');
}

/**
 * Makes `packages/plugin-NAME` and its project reference.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ readonly name: string; readonly skipInstall?: boolean }} options
 */
export default async function plugin(tree, { name, skipInstall = false }) {
  const { createPluginErrors, parsePluginName, pluginFiles } = await createPlugin();
  const parsed = parsePluginName(name);
  if (name.includes('/') || name.startsWith('plugin-')) {
    throw createPluginErrors.BAD_NAME({ received: name, problem: "the scope and 'plugin-' are added to it" });
  }
  const folder = `packages/plugin-${parsed.short}`;
  if (tree.exists(folder) && tree.children(folder).length > 0) {
    throw createPluginErrors.FOLDER_IN_USE({ folder, found: tree.children(folder).slice(0, 5) });
  }
  const files = pluginFiles({ ...parsed, package: `@evenkeel/plugin-${parsed.short}` }, 'repository');
  for (const [path, text] of files) tree.write(`${folder}/${path}`, text);
  updateJson(tree, 'tsconfig.json', (json) => ({
    ...json,
    references: [...(json.references ?? []), { path: `./${folder}` }],
  }));
  await formatFiles(tree);
  return () => {
    if (!skipInstall) installPackagesTask(tree, true); // links the package
  };
}
