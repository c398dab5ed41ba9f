import { fromArrays } from '@evenkeel/datasets-lt';
import type { LongTailDataset } from '@evenkeel/datasets-lt';

/** Squares of another brightness per class, 8×8. */
export function squares(): LongTailDataset {
  const part = (counts: readonly number[]) => {
    const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
    const images = new Uint8Array(labels.length * 64);
    labels.forEach((label, row) => images.fill(60 + 60 * label + (row % 9), row * 64, (row + 1) * 64));
    return { images, labels };
  };
  const data = fromArrays({
    name: 'squares',
    exampleShape: [8, 8, 1],
    classNames: ['dark', 'grey', 'light'],
    train: part([24, 12, 4]),
    validation: part([3, 2, 1]),
    test: part([5, 5, 5]),
  });
  return { ...data, complete: true, notes: [] };
}
