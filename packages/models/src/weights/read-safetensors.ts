import { modelErrors } from '../errors.js';

/** A tensor of a weights file, in single precision. */
export interface FileTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** How the numbers of a type become single precision; types that are not here (counters) are passed over. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  F32: (bytes) => new Float32Array(bytes.slice().buffer),
  F64: (bytes) => Float32Array.from(new Float64Array(bytes.slice().buffer)),
  BF16: (bytes) => {
    const upper = new Uint16Array(bytes.slice().buffer);
    return new Float32Array(Uint32Array.from(upper, (half) => half << 16).buffer);
  },
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes.slice().buffer), fromHalf),
};

/**
 * The tensors of a safetensors file as PyTorch's tools write it, read one by one when they are asked for; integers are left out.
 * Throws `MODELS_WEIGHTS_DAMAGED`.
 */
export function readSafetensors(file: Uint8Array, source: string): ReadonlyMap<string, () => FileTensor> {
  const damaged = (problem: string, cause?: unknown) =>
    modelErrors.WEIGHTS_DAMAGED({ source, problem }, { cause });
  if (file.length < 8) throw damaged(`it has ${file.length} bytes`);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (length > file.length - 8) throw damaged(`its header should have ${length} bytes`);
  let header: Record<string, Entry>;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, Entry>;
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  const tensors = new Map<string, () => FileTensor>();
  for (const [name, entry] of Object.entries(header)) {
    const read = READERS[entry.dtype];
    if (name === '__metadata__' || read === undefined) continue;
    const [from, to] = entry.data_offsets;
    if (8 + length + to > file.length) throw damaged(`it ends within '${name}'`);
    const { shape } = entry;
    tensors.set(name, () => {
      const values = read(file.subarray(8 + length + from, 8 + length + to));
      const size = shape.reduce((product, axis) => product * axis, 1);
      if (values.length !== size)
        throw damaged(`'${name}' has ${values.length} numbers for [${shape.join(', ')}]`);
      return { shape, values };
    });
  }
  return tensors;
}

/** IEEE 754 half precision. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}
