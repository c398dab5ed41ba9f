import type { Dataset, ExampleSource, LabelledSource, TargetSource } from '../../contract/dataset.js';
import { createRandom } from '../../random/random-stream.js';
import { readInputs } from './read-inputs.js';

/** Examples of each part whose values enter the digest. */
const SAMPLED = 32;

/**
 * A SHA-256, in hex, of what a data set is made of: of every part its size, shape, all labels or targets, and the values of 32
 * examples evenly spread from the first to the last; of the training part also their values as augmentation makes them. Other
 * images, another order or split, another normalisation or augmentation give another digest, up to that sampling.
 */
export async function dataDigest(dataset: Dataset): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const add = (array: Float32Array | Int32Array) =>
    parts.push(Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
  for (const split of ['train', 'validation', 'test'] as const) {
    const source = dataset[split];
    if (source === undefined) continue;
    const { size, exampleShape } = source;
    parts.push(new TextEncoder().encode(JSON.stringify([split, size, exampleShape])));
    const { labels, targets } = source as Partial<LabelledSource & TargetSource>;
    if (labels) add(Int32Array.from(labels));
    if (targets) add(targets);
    add(await sampled(source, false));
    if (split === 'train') add(await sampled(source, true));
  }
  const whole = new Uint8Array(await new Blob(parts).arrayBuffer());
  const hash = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', whole));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sampled(source: ExampleSource, augmented: boolean): Promise<Float32Array> {
  const count = Math.min(SAMPLED, source.size);
  const step = count > 1 ? (source.size - 1) / (count - 1) : 0;
  const indices = Int32Array.from({ length: count }, (_, at) => Math.round(at * step));
  const randomOf = augmented ? (row: number) => createRandom(0, 'digest', row) : undefined;
  return readInputs(source, indices, randomOf);
}
