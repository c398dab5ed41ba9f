import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nativeCacheFolder } from './cache-folder.js';
import type { NativeVariant } from './native-variant.js';

const RECORD_FILE = 'build.json';

/** What decides whether a native build can be used again. */
export interface NativeBuildKey {
  readonly variant: NativeVariant;
  readonly tfjsNodeVersion: string;
  readonly tensorflowVersion: string;
}

/** What is written beside a finished native build. */
export interface NativeBuildRecord extends NativeBuildKey {
  /** Digest of the wheel that the library came from. */
  readonly wheelSha256: string;
  /** Size of the folder in bytes. */
  readonly bytes: number;
}

/** The Node-API version of the binding: the newest that both tfjs-node and this Node know. */
export const NAPI_VERSION: number = Math.min(8, Number(process.versions.napi));

/** The folder of a native build; its name holds everything that the build depends on. */
export function nativeFolder({ variant, tfjsNodeVersion, tensorflowVersion }: NativeBuildKey): string {
  const name = variant === 'native' ? 'tfjs-node' : 'tfjs-node-gpu';
  const platform = `${process.platform}-${process.arch}-napi-v${NAPI_VERSION}`;
  return join(nativeCacheFolder(), `${name}-${tfjsNodeVersion}-tensorflow-${tensorflowVersion}-${platform}`);
}

/** The binding inside the folder of a native build. */
export function bindingFile(folder: string): string {
  return join(folder, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');
}

/** The record of a finished build, undefined where the folder holds none. */
export function readBuildRecord(folder: string): NativeBuildRecord | undefined {
  const file = join(folder, RECORD_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as NativeBuildRecord) : undefined;
}

/** Notes a build as finished. */
export async function writeBuildRecord(folder: string, record: NativeBuildRecord): Promise<void> {
  await writeFile(join(folder, RECORD_FILE), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The finished build for a version of tfjs-node: the newest by name of those in the cache; undefined where none is. */
export function findNativeBuild(
  variant: NativeVariant,
  tfjsNodeVersion: string,
): { readonly folder: string; readonly record: NativeBuildRecord } | undefined {
  const pattern = basename(nativeFolder({ variant, tfjsNodeVersion, tensorflowVersion: '*' }));
  const [head, tail] = pattern.split('*');
  const cache = nativeCacheFolder();
  const names = existsSync(cache) ? readdirSync(cache) : [];
  return names
    .filter((name) => name.startsWith(head) && name.endsWith(tail))
    .map((name) => ({ folder: join(cache, name), record: readBuildRecord(join(cache, name)) }))
    .filter((build): build is { folder: string; record: NativeBuildRecord } => build.record !== undefined)
    .sort((a, b) =>
      a.record.tensorflowVersion.localeCompare(b.record.tensorflowVersion, 'en', { numeric: true }),
    )
    .at(-1);
}
