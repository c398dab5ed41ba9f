import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@evenkeel/tensorflow-node';
import type { BackendSpeed } from './bench-backend.js';

/** What was measured on a machine. */
export interface BenchRecord {
  /** What the figures hold for: processor, number of threads, and Node's major version. */
  readonly machine: string;
  /** When it was measured, in ISO 8601. */
  readonly date: string;
  readonly speeds: readonly BackendSpeed[];
}

const FILE = 'backend-speeds.json';

/** What figures hold for: another processor, or another Node, is measured again. */
export function machineKey(): string {
  const processors = cpus();
  const [major] = process.versions.node.split('.');
  return `${processors[0]?.model ?? process.arch} × ${processors.length}, Node ${major}`;
}

/** What `doctor --bench` measured on this machine; undefined where it did not, or on another one. */
export function readBenchRecord(): BenchRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(cacheFolder(), FILE), 'utf8')) as BenchRecord;
    return record.machine === machineKey() && Array.isArray(record.speeds) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what was measured, in the cache folder; the file appears whole. Throws what the file system says. */
export function writeBenchRecord(speeds: readonly BackendSpeed[], date: Date = new Date()): BenchRecord {
  const record = { machine: machineKey(), date: date.toISOString(), speeds };
  mkdirSync(cacheFolder(), { recursive: true });
  const aside = join(cacheFolder(), `${FILE}.${process.pid}.part`);
  writeFileSync(aside, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(aside, join(cacheFolder(), FILE));
  return record;
}
