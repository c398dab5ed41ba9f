import { trainerErrors } from '../errors/trainer-errors.js';
import { isRecord } from './json-guards.js';

/** A named array of a checkpoint. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

const ARRAYS = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;
const ALIGNMENT = 8;

/**
 * Writes tensors and texts in the safetensors layout: eight bytes of header length, a JSON header with dtype, shape and
 * place of every tensor, then their little-endian bytes. Data only: reading one never runs anything.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The longest header that the published format allows, bytes. */
const MOST_HEADER = 100_000_000;

/**
 * Reads what `encodeSafetensors` wrote; throws CHECKPOINT_DAMAGED, which names `source`, on anything else. As the published
 * format asks, the tensors must lie end to end and fill the file: what is read is never more than the file is long.
 */
export function decodeSafetensors(
  file: Uint8Array,
  source: string,
): {
  tensors: Map<string, StoredTensor>;
  metadata: Readonly<Record<string, string>>;
} {
  const damaged = (problem: string, cause?: unknown) =>
    trainerErrors.CHECKPOINT_DAMAGED({ source, problem }, { cause });
  // A Node Buffer's own slice shares memory; a plain view of the same bytes copies.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes, a header has at least 8`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8)
    throw damaged(`its header should have ${length} bytes, ${bytes.length - 8} are there`);
  if (length > MOST_HEADER) throw damaged(`its header has ${length} bytes, ${MOST_HEADER} are allowed`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  if (!isRecord(header)) throw damaged('its header is not a JSON object');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTexts(metadata)) throw damaged("its '__metadata__' is not an object of texts");
  const tensors = new Map<string, StoredTensor>();
  const data = bytes.length - 8 - length;
  const places: (readonly [from: number, to: number, name: string])[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    if (!isRecord(entry)) throw damaged(`the entry of tensor '${name}' is not an object`);
    const { dtype, shape } = entry;
    if (!isKind(dtype)) throw damaged(`tensor '${name}' has the unknown type '${String(dtype)}'`);
    const place = placeOf(entry, ARRAYS[dtype].BYTES_PER_ELEMENT);
    if (place === undefined || !isSizes(shape)) {
      throw damaged(`the place of tensor '${name}' does not fit its shape`);
    }
    const [from, to] = place;
    if (to > data) {
      throw damaged(`tensor '${name}' should end at byte ${8 + length + to}, the file has ${bytes.length}`);
    }
    places.push([from, to, name]);
  }
  checkEndToEnd(places, data, damaged);
  for (const [from, to, name] of places) {
    const { dtype, shape } = entries[name] as { dtype: keyof typeof ARRAYS; shape: readonly number[] };
    const copy = bytes.slice(8 + length + from, 8 + length + to);
    tensors.set(name, { shape, data: new ARRAYS[dtype](copy.buffer) });
  }
  return { tensors, metadata };
}

/** Tensors that share bytes make a small file large in memory; bytes that are nobody's were meant for something. */
function checkEndToEnd(
  places: readonly (readonly [from: number, to: number, name: string])[],
  data: number,
  damaged: (problem: string) => Error,
): void {
  let end = 0;
  for (const [from, to, name] of [...places].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== end) {
      throw damaged(`tensor '${name}' begins at byte ${from} of the data, expected ${end}: end to end`);
    }
    end = to;
  }
  if (end !== data) throw damaged(`its tensors have ${end} bytes, the file has ${data} for them`);
}

function dtypeOf(data: StoredTensor['data']): keyof typeof ARRAYS {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Float64Array ? 'F64' : 'I32';
}

function isKind(dtype: unknown): dtype is keyof typeof ARRAYS {
  return typeof dtype === 'string' && Object.hasOwn(ARRAYS, dtype);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

/** First and last byte of a tensor among the data; undefined when the header does not say so properly. */
function placeOf(
  { data_offsets: place, shape }: Readonly<Record<string, unknown>>,
  bytesPerElement: number,
): readonly [number, number] | undefined {
  if (!isSizes(place) || place.length !== 2 || !isSizes(shape)) return undefined;
  const [from, to] = place;
  const bytes = shape.reduce((product, size) => product * size, bytesPerElement);
  return to - from === bytes ? [from, to] : undefined;
}
