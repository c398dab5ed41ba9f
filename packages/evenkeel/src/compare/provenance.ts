import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TENSORFLOW_VERSION } from '@evenkeel/tensorflow-node';

/** What made a result, in versions. */
export interface Provenance {
  /** Of Node, TensorFlow.js, TensorFlow (with a native backend) and every package of ours. */
  readonly versions: Readonly<Record<string, string>>;
  /** The first 12 digits of the SHA-256 of all sources of ours that take part, tests left out. */
  readonly code: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const here = fileURLToPath(new URL('../..', import.meta.url));

/** What results made now, on this backend, are made with. */
export async function provenance(backend: string): Promise<Provenance> {
  const own = await manifestIn(here);
  const ours = Object.keys(own.dependencies).filter((name) => name.startsWith('@evenkeel/'));
  const folders = [here, ...ours.sort().map(folderOf)];
  const manifests = await Promise.all(folders.map(manifestIn));
  const { version: tfjs } = await manifestIn(folderOf('@tensorflow/tfjs-core'));
  return {
    versions: {
      node: process.versions.node,
      '@tensorflow/tfjs-core': tfjs,
      ...(backend.startsWith('native') && { tensorflow: TENSORFLOW_VERSION }),
      ...Object.fromEntries(manifests.map(({ name, version }) => [name, version])),
    },
    code: await codeOf(folders.map((folder) => join(folder, 'src'))),
  };
}

/** The hash of all TypeScript sources in folders, tests left out; names and contents count, times do not. */
export async function codeOf(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
    for (const name of names.filter(isCode).sort()) {
      hash.update(`${name}\0${await readFile(join(folder, name), 'utf8')}\0`);
    }
  }
  return hash.digest('hex').slice(0, 12);
}

function isCode(name: string): boolean {
  return name.endsWith('.ts') && !/\.(test|test-d|fixture)\.ts$/.test(name);
}

function folderOf(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
