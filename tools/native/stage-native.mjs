#!/usr/bin/env node
// What npm gets besides the packages of packages/: prebuilt addons by machine, and tfjs-node without its install script. Run after
// `npm run stage`, with the folders that `tensorflow-node prebuild` made:
//   node tools/native/stage-native.mjs native-linux-x64 native-darwin-arm64 ...
// They are named in the staged package.json of tensorflow-node alone, as optional dependencies of the same version, so that no lock file
// here knows of packages that are not published yet.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTfjsNode } from './make-tfjs-node.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Stages the prebuilt packages and tfjs-node into folders below `out`, where tensorflow-node is staged; gives their folders. */
export function stageNative(out, prebuilt) {
  const file = join(out, 'tensorflow-node', 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const staged = prebuilt.map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (version !== manifest.version)
      throw new Error(`${name} ${version} was built for another tensorflow-node than ${manifest.version}`);
    const target = join(out, name.split('/').at(-1));
    rmSync(target, { recursive: true, force: true });
    cpSync(folder, target, { recursive: true });
    return { name, version, target };
  });
  manifest.optionalDependencies = Object.fromEntries(
    staged.map(({ name, version }) => [name, version]).sort(),
  );
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  makeTfjsNode(join(out, 'tfjs-node'));
  return [...staged.map(({ target }) => target), join(out, 'tfjs-node')];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const folder of stageNative(join(root, 'dist', 'packages'), process.argv.slice(2)))
    console.log(folder);
}
