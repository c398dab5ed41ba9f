import type { EpochPlan } from '@evenkeel/trainer-core';

/**
 * The composition of an epoch's batches as a small text table, for reports: per tag, and per block the number of its
 * classes, its share of the drawn images, its least and most images in a batch, and how often each of its
 * images is drawn on average.
 *
 * @param labels Class of every training example, `[size]`.
 * @param blocks Classes of every block, as `blocksOf` gives them.
 */
export function describeBatches(
  plan: EpochPlan,
  labels: Int32Array,
  blocks: readonly (readonly number[])[],
): string {
  const blockOf = new Map(blocks.flatMap((block, b) => block.map((label) => [label, b] as const)));
  const countByBlock = (classes: Int32Array): number[] => {
    const counts = blocks.map(() => 0);
    for (const label of classes) {
      const block = blockOf.get(label);
      if (block !== undefined) counts[block]++;
    }
    return counts;
  };
  const images = countByBlock(labels);
  const batchesOf = new Map<string, number[][]>();
  for (let place = 0; place < plan.length; place++) {
    const { tag, indices } = plan.batch(place);
    const counts = countByBlock(indices.map((index) => labels[index]));
    if (!batchesOf.has(tag)) batchesOf.set(tag, []);
    batchesOf.get(tag)?.push(counts);
  }
  return Array.from(batchesOf, ([tag, batches]) => {
    const all = sum(batches.flat());
    const rows = blocks.map((block, b) => {
      const perBatch = batches.map((counts) => counts[b]);
      const drawn = sum(perBatch);
      const least = perBatch.reduce((one, other) => Math.min(one, other));
      const most = perBatch.reduce((one, other) => Math.max(one, other));
      return [
        `block ${b + 1}`,
        `${block.length}`,
        `${images[b]}`,
        `${((100 * drawn) / all).toFixed(1)} %`,
        least === most ? `${most}` : `${least}-${most}`,
        (drawn / images[b]).toFixed(2),
      ];
    });
    const head = ['', 'classes', 'images', 'share', 'per batch', 'draws per image'];
    const what = `${batches.length} ${batches.length === 1 ? 'batch' : 'batches'} '${tag}', ${all} images`;
    return `${what}\n${aligned([head, ...rows])}`;
  }).join('\n\n');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Columns two spaces apart: the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '),
    )
    .join('\n');
}
