import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

interface Entry {
  readonly data_offsets: readonly [number, number];
}
interface Run {
  readonly run: { readonly clock?: unknown; readonly position: { readonly step: number } };
  readonly states: readonly { readonly key: string }[];
}

/**
 * Reads a checkpoint without the trainer, and gives its step and a digest of all that must be as in the unbroken run: every
 * byte of every array and all of the JSON but clocks and the length of the metrics file, which has times in it.
 */
export function readCheckpoint(path: string): { readonly step: number; readonly digest: string } {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, Entry>;
  const { __metadata__, ...entries } = header as unknown as Record<string, Entry> & {
    __metadata__: { run: string };
  };
  const { run, states, ...rest } = JSON.parse(__metadata__.run) as Run;
  const kept = Object.fromEntries(Object.entries(run).filter(([key]) => key !== 'clock'));
  const lasting = states.filter(({ key }) => key !== 'written');
  const hash = createHash('sha256').update(JSON.stringify(sorted({ ...rest, run: kept, states: lasting })));
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const [from, to] = entry.data_offsets;
    hash.update(name).update(JSON.stringify(sorted(entry)));
    hash.update(bytes.subarray(8 + length + from, 8 + length + to));
    end = Math.max(end, to);
  }
  if (8 + length + end !== bytes.length) throw new Error(`'${path}' has ${bytes.length} bytes`);
  return { step: run.position.step, digest: hash.digest('hex') };
}

/** The same JSON with its keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
}
