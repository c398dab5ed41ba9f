import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isEvenkeelError } from '@evenkeel/errors';
import { errors } from '../errors.js';
import { downloadFile, isOfTheDisk } from '../fetch/download-file.js';
import { filesOnIndex, type IndexFile } from '../fetch/package-index.js';
import { pipSettings, type PipSettings } from '../fetch/pip-settings.js';
import { openWeb, whyNot, type Web } from '../fetch/web.js';
import type { OnSetupProgress } from '../build/setup-progress.js';
import { downloadByPip } from './download-by-pip.js';

/** A wheel that is looked for. */
export interface WantedWheel {
  readonly distribution: string;
  readonly version: string;
  /** What the platform in its file name may be. */
  readonly platformTag: RegExp;
  /** Digest that it must have; undefined where none is known. */
  readonly sha256: string | undefined;
  /** Its size in bytes; undefined where unknown. */
  readonly bytes?: number;
}

/** How wheels are fetched. */
export interface FetchOptions {
  /** The package index, instead of the one that pip is told. */
  readonly index?: string;
  /** Takes a wheel of which neither this package nor the caller knows a digest; the index's own holds then. */
  readonly allowUnverified?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress: OnSetupProgress;
}

/** A wheel that is there. */
export interface FetchedWheel {
  readonly file: string;
  /** The digest that it must have: the wanted one, else the one that the index published. */
  readonly sha256: string | undefined;
}

/** Where no size is known: three times the largest. */
const MOST_BYTES = 2e9;

/**
 * Fetches a wheel from the package index into `folder`, which need not be there, or with pip where nobody names an index; one that lies there whole, or in a folder that pip
 * is told of (`find-links`), is taken as it is. Whether it is the right one is for the caller to verify.
 * Throws `TENSORFLOW_DOWNLOAD_FAILED`, `TENSORFLOW_WHEEL_UNVERIFIED` before anything large is fetched; the signal's reason when aborted.
 */
export async function downloadWheel(
  wanted: WantedWheel,
  folder: string,
  options: FetchOptions,
): Promise<FetchedWheel> {
  const settings = settingsFor(options.index);
  const name = `${wanted.distribution} ${wanted.version}`;
  let web: Web | undefined;
  try {
    const local = localWheel(wanted, folder, settings);
    if (local !== undefined) return { file: local, sha256: wanted.sha256 };
    if (settings.noIndex)
      throw new Error('pip is told to ask no index, and no folder that it is told has it');
    if (settings.index === undefined) {
      return { file: await downloadByPip(wanted, folder, options), sha256: wanted.sha256 };
    }
    web = openWeb(settings);
    options.onProgress({ stage: 'download', message: `looking for ${name} on the package index` });
    const found = choose(
      await filesOnIndex(web, settings.index, wanted.distribution, options.signal),
      wanted,
    );
    if (found === undefined) throw new Error(`${hostOf(settings.index)} has no such wheel for this machine`);
    const sha256 = wanted.sha256 ?? found.sha256;
    if (wanted.sha256 === undefined && !options.allowUnverified)
      throw errors.WHEEL_UNVERIFIED({ file: found.name, received: found.sha256 ?? 'not published' });
    await mkdir(folder, { recursive: true });
    const file = join(folder, found.name);
    if (!existsSync(file)) await download(web, found, wanted, file, name, options);
    return { file, sha256 };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isEvenkeelError(error) || isOfTheDisk(error)) throw error;
    throw errors.DOWNLOAD_FAILED({ name, reason: whyNot(error) }, { cause: error });
  } finally {
    await web?.close();
  }
}

async function download(
  web: Web,
  { url, bytes: published }: IndexFile,
  { bytes = published }: WantedWheel,
  file: string,
  name: string,
  { signal, onProgress }: FetchOptions,
): Promise<void> {
  const message = `downloading ${name}`;
  const onBytes = (done: number, total?: number): void =>
    onProgress({ stage: 'download', message, done, total, unit: 'bytes' });
  await downloadFile(web, { url, bytes, mostBytes: MOST_BYTES }, file, { signal, onBytes });
}

function settingsFor(index: string | undefined): PipSettings {
  const settings = pipSettings();
  return index === undefined ? settings : { ...settings, index, noIndex: false, findLinks: [] };
}

/** The wheel with the wanted digest, else the one for CPython 3.11, else any of that version and platform. */
function choose(files: readonly IndexFile[], wanted: WantedWheel): IndexFile | undefined {
  const fitting = files.filter(({ name }) => fits(name, wanted));
  return (
    fitting.find(({ sha256 }) => sha256 !== undefined && sha256 === wanted.sha256) ??
    fitting.find(({ name }) => name.includes('-cp311-')) ??
    fitting[0]
  );
}

function fits(file: string, { distribution, version, platformTag }: WantedWheel): boolean {
  const [name, of, ...tags] = file.replace(/\.whl$/, '').split('-');
  if (!file.endsWith('.whl') || tags.length < 3) return false;
  const same = name.toLowerCase().replace(/[-_.]+/g, '-') === distribution;
  return same && of === version && (tags.at(-1) ?? '').split('.').some((tag) => platformTag.test(tag));
}

/** What lies in the folder of downloads is whole; what lies in one of pip's is taken for a wheel of which the digest is known. */
function localWheel(wanted: WantedWheel, folder: string, { findLinks }: PipSettings): string | undefined {
  for (const place of [folder, ...(wanted.sha256 === undefined ? [] : findLinks)]) {
    const found = namesIn(place).find((name) => fits(name, wanted) && /-(cp311|py\d)[-.]/.test(name));
    if (found !== undefined) return join(place, found);
  }
  return undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function hostOf(index: string): string {
  return `'${new URL(index).host}'`;
}
