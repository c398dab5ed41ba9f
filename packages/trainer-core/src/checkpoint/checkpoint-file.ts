import { trainerErrors } from '../errors/trainer-errors.js';
import { problemOf } from './check-snapshot-json.js';
import { isText } from './json-guards.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import type { StoredTensor } from './safetensors.js';
import type { SnapshotJson } from './snapshot-json.js';

/**
 * Raised when the layout of the JSON part changes. Version 2 added precision, a digest of the data and evaluation weights; of
 * version 1 weights can be read, but its runs drew other random numbers and do not resume.
 */
export const CHECKPOINT_FORMAT = 2;

/** A checkpoint in memory: arrays by name, and everything else as JSON. */
export interface CheckpointFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly json: SnapshotJson;
}

/** The bytes of a checkpoint, with a SHA-256 over the JSON part and every array. */
export async function encodeCheckpoint({ tensors, json }: CheckpointFile): Promise<Uint8Array> {
  const run = JSON.stringify(json);
  return encodeSafetensors(tensors, {
    format: 'evenkeel-checkpoint',
    version: String(CHECKPOINT_FORMAT),
    run,
    sha256: await digest(run, tensors),
  });
}

/**
 * Reads the bytes of a checkpoint; throws CHECKPOINT_DAMAGED, which names `source`, when they are not one, not whole, or say
 * what no run can.
 */
export async function decodeCheckpoint(
  bytes: Uint8Array,
  source: string,
): Promise<CheckpointFile & { readonly version: number }> {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const { format, version, run, sha256 } = metadata;
  const damaged = (problem: string) => trainerErrors.CHECKPOINT_DAMAGED({ source, problem });
  if (format !== 'evenkeel-checkpoint')
    throw damaged(`it is a safetensors file, but not a checkpoint of this trainer`);
  const number = Number(version);
  if (!Number.isInteger(number) || number < 1)
    throw damaged(`its version is ${version}, expected a whole number`);
  if (number > CHECKPOINT_FORMAT) {
    throw trainerErrors.CHECKPOINT_NEWER({ source, version: number, reads: CHECKPOINT_FORMAT });
  }
  if (!isText(run)) throw damaged("its '__metadata__' has no 'run'");
  const found = await digest(run, tensors);
  if (found !== sha256) throw damaged(`its checksum is ${found}, the file says ${sha256}`);
  let json: unknown;
  try {
    json = JSON.parse(run);
  } catch (cause) {
    throw trainerErrors.CHECKPOINT_DAMAGED({ source, problem: "its 'run' is not JSON" }, { cause });
  }
  const problem = problemOf(json, tensors, number);
  if (problem !== undefined) throw damaged(`its checksum fits, but not what it says: ${problem}`);
  return { tensors, json: json as SnapshotJson, version: number };
}

async function digest(run: string, tensors: ReadonlyMap<string, StoredTensor>): Promise<string> {
  const directory = Array.from(tensors, ([name, { shape, data }]) => [name, shape, data.constructor.name]);
  const text = new TextEncoder().encode(JSON.stringify([run, directory]));
  const parts = Array.from(
    tensors.values(),
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, text.length));
  whole.set(text);
  parts.reduce((at, part) => {
    whole.set(part, at);
    return at + part.length;
  }, text.length);
  const hash = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', whole));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
