// Writes a project that depends on the tarballs of a folder, tfjs-node under its old name, with the programs of this one beside it:
//   node write-project.mjs PROJECT TARBALLS
// Prebuilt packages are optional dependencies, since npm refuses those for other machines.
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OTHERS = { '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-layers': '4.22.0' };

/** The name of the package in a tarball, by the name that npm gives the file. */
function nameOf(file) {
  const stem = file.replace(/-\d+\.\d+\.\d+[^/]*\.tgz$/, '');
  return stem.startsWith('evenkeel-') ? `@evenkeel/${stem.slice('evenkeel-'.length)}` : stem;
}

/** Writes the project. */
export function writeProject(project, tarballs) {
  mkdirSync(project, { recursive: true });
  const dependencies = { ...OTHERS };
  const optionalDependencies = {};
  for (const file of readdirSync(tarballs).filter((name) => name.endsWith('.tgz'))) {
    const name = nameOf(file);
    const into = name.startsWith('@evenkeel/native-') ? optionalDependencies : dependencies;
    const place = `file:${resolve(tarballs, file).replaceAll('\\', '/')}`;
    into[name === '@evenkeel/tfjs-node' ? '@tensorflow/tfjs-node' : name] = place;
  }
  const manifest = {
    name: 'empty',
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies,
    optionalDependencies,
  };
  writeFileSync(join(project, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const here = fileURLToPath(new URL('.', import.meta.url));
  for (const name of ['train.mjs', 'tfjs-node-usage.mjs'])
    copyFileSync(join(here, name), join(project, name));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeProject(process.argv[2], process.argv[3]);
