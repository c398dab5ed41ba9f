import type { CheckpointSource } from '@evenkeel/trainer-core';

/** A tensor to be written. */
export interface Written {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'F32' | 'F16' | 'BF16' | 'F64' | 'I64';
  readonly bytes: Uint8Array;
}

/** A safetensors file of the tensors, as a source. */
export function weightsFile(tensors: readonly Written[], name = 'made.safetensors'): CheckpointSource {
  let end = 0;
  const entries = tensors.map(({ name: key, shape, dtype, bytes }) => {
    const from = end;
    end += bytes.length;
    return [key, { dtype, shape, data_offsets: [from, end] }] as const;
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const { bytes } of tensors) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return { name, load: () => Promise.resolve(file) };
}

/** sin(k² + 3k + 7 · phase), the numbers of golden/resnets.py. */
export function wave(size: number, phase: number): Float32Array {
  return Float32Array.from({ length: size }, (_, k) => Math.sin(k * k + 3 * k + 7 * phase));
}

/** The values that golden/resnets.py gives a variable. */
export function filled(name: string, shape: readonly number[], phase: number): Written {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const scale = 2 / Math.sqrt(size / shape[0]);
  const values = wave(size, phase).map((value) => {
    if (shape.length > 1) return value * scale;
    if (name.endsWith('running_var')) return 1 + 0.3 * value;
    return name.endsWith('weight') ? 1 + 0.2 * value : 0.2 * value;
  });
  return { name, shape, dtype: 'F32', bytes: new Uint8Array(values.buffer) };
}
