import { readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { errors } from '../errors.js';
import { buildFiles, changedFile, cutLibrary, type BuildFile } from './build-files.js';
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
  /** Its libraries and addons; absent in builds of earlier versions. */
  readonly files?: readonly BuildFile[];
}

/** A build in the cache, and what is wrong with it, if anything: a damaged one is never loaded. */
export interface NativeBuild {
  readonly folder: string;
  readonly record: NativeBuildRecord | undefined;
  readonly problem: string | undefined;
}

/** A build that may be loaded. */
export interface SoundBuild {
  readonly folder: string;
  readonly record: NativeBuildRecord;
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

/** Notes a build as finished, with sizes and digests of its libraries; the record appears whole. */
export async function writeBuildRecord(
  folder: string,
  record: NativeBuildRecord,
): Promise<NativeBuildRecord> {
  const whole = { ...record, files: buildFiles(folder) };
  const aside = join(folder, `${RECORD_FILE}.${process.pid}.part`);
  await writeFile(aside, `${JSON.stringify(whole, undefined, 2)}\n`, { flush: true });
  await rename(aside, join(folder, RECORD_FILE));
  return whole;
}

/** What a folder holds: a build, a damaged one, or (undefined) none that was ever finished. */
export function inspectBuild(folder: string): NativeBuild | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, RECORD_FILE), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { folder, record: undefined, problem: message };
  }
  const record = parseRecord(text);
  if (record === undefined)
    return { folder, record, problem: `'${RECORD_FILE}' is not what a set-up writes` };
  const problem = record.files ? changedFile(folder, record.files) : cutFile(folder);
  return { folder, record, problem };
}

/** The build in a folder, undefined where there is none or a damaged one. */
export function soundBuild(folder: string): SoundBuild | undefined {
  return asSound(inspectBuild(folder));
}

/** The finished build for a version of tfjs-node: the newest by name of those in the cache; undefined where none is. */
export function findNativeBuild(variant: NativeVariant, tfjsNodeVersion: string): SoundBuild | undefined {
  return nativeBuilds(variant, tfjsNodeVersion).map(asSound).findLast(Boolean);
}

/** The newest damaged build for a version of tfjs-node, where no sound one is; undefined where there is none either. */
export function findDamagedBuild(variant: NativeVariant, tfjsNodeVersion: string): NativeBuild | undefined {
  const builds = nativeBuilds(variant, tfjsNodeVersion);
  return builds.some(asSound) ? undefined : builds.at(-1);
}

/**
 * The builds in the cache, sound or not, oldest version of TensorFlow first.
 * Throws `TENSORFLOW_CACHE_UNREADABLE` where the cache is there and may not be read.
 */
function nativeBuilds(variant: NativeVariant, tfjsNodeVersion: string): readonly NativeBuild[] {
  const pattern = basename(nativeFolder({ variant, tfjsNodeVersion, tensorflowVersion: '*' }));
  const [head, tail] = pattern.split('*');
  const cache = nativeCacheFolder();
  return namesIn(cache)
    .filter((name) => name.startsWith(head) && name.endsWith(tail))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((name) => inspectBuild(join(cache, name)) ?? []);
}

function namesIn(cache: string): readonly string[] {
  try {
    return readdirSync(cache);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw errors.CACHE_UNREADABLE({ folder: cache, reason: message }, { cause });
  }
}

function asSound(build: NativeBuild | undefined): SoundBuild | undefined {
  if (build?.record === undefined || build.problem !== undefined) return undefined;
  return { folder: build.folder, record: build.record };
}

/** A build of an earlier version has no digests; its libraries tell themselves whether they are whole. */
function cutFile(folder: string): string | undefined {
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  const files = [bindingFile(folder), ...libraries.map((name) => join(folder, 'deps/lib', name))];
  for (const file of files) {
    const problem = cutLibrary(file);
    if (problem !== undefined) return `'${relative(folder, file)}': ${problem}`;
  }
  return undefined;
}

function parseRecord(text: string): NativeBuildRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is NativeBuildRecord {
  const fields = (value ?? {}) as Partial<Record<keyof NativeBuildRecord, unknown>>;
  const texts = [fields.variant, fields.tfjsNodeVersion, fields.tensorflowVersion, fields.wheelSha256];
  const { files = [] } = fields;
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof fields.bytes === 'number' &&
    Array.isArray(files) &&
    files.every(isBuildFile)
  );
}

function isBuildFile(value: unknown): value is BuildFile {
  const { path, bytes, digest } = (value ?? {}) as Partial<Record<keyof BuildFile, unknown>>;
  return typeof path === 'string' && typeof bytes === 'number' && typeof digest === 'string';
}
