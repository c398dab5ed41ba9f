import { readBenchRecord, type BenchRecord } from './bench-record.js';
import { BACKEND_NAMES, type BackendName } from './backend-names.js';

/**
 * The order in which `auto` tries backends: what `doctor --bench` measured here, the fastest first, then the others in the order of
 * `BACKEND_NAMES`; that order alone where nothing was measured.
 */
export function autoOrder(record: BenchRecord | undefined = readBenchRecord()): readonly BackendName[] {
  const measured = [...(record?.speeds ?? [])]
    .filter(({ name }) => BACKEND_NAMES.includes(name))
    .sort((a, b) => b.imagesPerSecond - a.imagesPerSecond)
    .map(({ name }) => name);
  return [...measured, ...BACKEND_NAMES.filter((name) => !measured.includes(name))];
}
