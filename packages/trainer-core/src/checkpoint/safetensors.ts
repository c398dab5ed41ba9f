import { trainerErrors } from '../errors.js';

/** A named array of a checkpoint. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
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

/** Reads what `encodeSafetensors` wrote; throws CHECKPOINT_DAMAGED, which names `source`, on anything else. */
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
  let header: Record<string, HeaderEntry> & { __metadata__?: Record<string, string> };
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as typeof header;
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const Kind = ARRAYS[entry?.dtype as keyof typeof ARRAYS];
    if (!Kind) throw damaged(`tensor '${name}' has the unknown type '${entry.dtype}'`);
    const place = placeOf(entry, Kind.BYTES_PER_ELEMENT);
    if (place === undefined) throw damaged(`the place of tensor '${name}' does not fit its shape`);
    const [from, to] = place;
    if (8 + length + to > bytes.length) {
      throw damaged(`tensor '${name}' should end at byte ${8 + length + to}, the file has ${bytes.length}`);
    }
    const copy = bytes.slice(8 + length + from, 8 + length + to);
    tensors.set(name, { shape: entry.shape, data: new Kind(copy.buffer) });
  }
  return { tensors, metadata };
}

function dtypeOf(data: StoredTensor['data']): keyof typeof ARRAYS {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Float64Array ? 'F64' : 'I32';
}

/** First and last byte of a tensor among the data; undefined when the header does not say so properly. */
function placeOf(
  { data_offsets: place, shape }: Partial<HeaderEntry>,
  bytesPerElement: number,
): readonly [number, number] | undefined {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  if (!Array.isArray(place) || place.length !== 2 || !place.every(isSize)) return undefined;
  if (!Array.isArray(shape) || !shape.every(isSize)) return undefined;
  const [from, to] = place as [number, number];
  const bytes = (shape as number[]).reduce((product, size) => product * size, bytesPerElement);
  return to - from === bytes ? [from, to] : undefined;
}
