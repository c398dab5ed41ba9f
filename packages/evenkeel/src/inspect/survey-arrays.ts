import { createHash } from 'node:crypto';
import type { ClassDataset } from '@evenkeel/trainer-core';
import type { SeenImage } from './same-images.js';

const ROUND = 1024;

/** What can be told of images in memory: which are the same, number by number; names are `part image 17`. */
export async function surveyArrays(data: ClassDataset): Promise<SeenImage[]> {
  const found: SeenImage[] = [];
  for (const part of ['train', 'validation', 'test'] as const) {
    const source = data[part];
    if (source === undefined) continue;
    const length = source.exampleShape.reduce((product, side) => product * side, 1);
    for (let from = 0; from < source.size; from += ROUND) {
      const indices = Int32Array.from(
        { length: Math.min(ROUND, source.size - from) },
        (_, row) => from + row,
      );
      const values = new Float32Array(indices.length * length);
      await source.read(indices, values);
      for (const [row, index] of indices.entries()) {
        const fingerprint = createHash('sha256')
          .update(new Uint8Array(values.buffer, row * length * 4, length * 4))
          .digest('hex')
          .slice(0, 24);
        found.push({ name: `${part} image ${index}`, part, label: source.labels[index], fingerprint });
      }
    }
  }
  return found;
}
