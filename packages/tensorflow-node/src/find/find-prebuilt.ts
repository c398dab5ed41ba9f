import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { changedFile, type BuildFile } from './build-files.js';
import { NAPI_VERSION } from './native-folder.js';

/** What is written beside addons that were compiled elsewhere. */
export interface PrebuiltRecord {
  readonly tfjsNodeVersion: string;
  readonly tensorflowVersion: string;
  readonly napiVersion: number;
  /** As in `linux-x64`. */
  readonly machine: string;
  readonly files: readonly BuildFile[];
}

/** Addons that were compiled elsewhere, as an npm package brings them. */
export interface Prebuilt {
  /** Folder of the package; its addons are in `lib`. */
  readonly folder: string;
  readonly record: PrebuiltRecord;
}

/** What prebuilt addons have to fit. */
export interface PrebuiltNeeds {
  readonly tfjsNodeVersion: string;
  readonly tensorflowVersion: string;
}

const RECORD_FILE = 'prebuilt.json';

/** The npm package with the addons for a machine, this one by default: `@evenkeel/native-linux-x64`. */
export function prebuiltPackage(machine: string = `${process.platform}-${process.arch}`): string {
  return `@evenkeel/native-${machine}`;
}

/**
 * Prebuilt addons for this machine: of the npm package for it, installed beside this one or in `project`, or of the folder that the
 * environment variable `EVENKEEL_PREBUILT` names (`0`: of none). Undefined where there are none, where they are for other versions,
 * or where a file of them is damaged.
 */
export function findPrebuilt(needs: PrebuiltNeeds, project: string = process.cwd()): Prebuilt | undefined {
  const chosen = process.env.EVENKEEL_PREBUILT;
  if (chosen === '0') return undefined;
  const folders = chosen
    ? [chosen]
    : [import.meta.url, pathToFileURL(join(project, 'package.json'))].map(installedFrom);
  for (const folder of folders) {
    const record = folder === undefined ? undefined : readRecord(folder);
    if (folder !== undefined && record !== undefined && fits(record, needs)) {
      if (changedFile(folder, record.files) === undefined) return { folder, record };
    }
  }
  return undefined;
}

function fits(record: PrebuiltRecord, { tfjsNodeVersion, tensorflowVersion }: PrebuiltNeeds): boolean {
  return (
    record.tfjsNodeVersion === tfjsNodeVersion &&
    record.tensorflowVersion === tensorflowVersion &&
    record.napiVersion === NAPI_VERSION &&
    record.machine === `${process.platform}-${process.arch}`
  );
}

function installedFrom(place: string | URL): string | undefined {
  try {
    return dirname(createRequire(place).resolve(`${prebuiltPackage()}/package.json`));
  } catch {
    return undefined;
  }
}

function readRecord(folder: string): PrebuiltRecord | undefined {
  const file = join(folder, RECORD_FILE);
  if (!existsSync(file)) return undefined;
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as PrebuiltRecord;
    return Array.isArray(record.files) ? record : undefined;
  } catch {
    return undefined;
  }
}
