import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@evenkeel/tensorflow-node';
import { BACKEND_NAMES, type BackendName } from './backend-names.js';

/** How fast a backend trains on this machine. */
export interface BackendSpeed {
  readonly name: BackendName;
  /** Images of a training step per second, the median over its steps. */
  readonly imagesPerSecond: number;
  readonly steps: number;
}

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
    const record: unknown = JSON.parse(readFileSync(join(cacheFolder(), FILE), 'utf8'));
    return isRecord(record) && record.machine === machineKey() ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a file holds what `writeBenchRecord` wrote: another one is as good as none. */
function isRecord(value: unknown): value is BenchRecord {
  const { machine, date, speeds } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof machine === 'string' && typeof date === 'string' && Array.isArray(speeds) && speeds.every(isSpeed)
  );
}

function isSpeed(value: unknown): value is BackendSpeed {
  const { name, imagesPerSecond } = (value ?? {}) as Record<string, unknown>;
  return BACKEND_NAMES.some((known) => known === name) && Number.isFinite(imagesPerSecond);
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
