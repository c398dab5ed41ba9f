/** The examples of every class, ascending: `[classes]` arrays of indices into `labels`. */
export function indicesByClass(labels: Int32Array, classes: number): Int32Array[] {
  const counts = countClasses(labels, classes);
  const byClass = counts.map((count) => new Int32Array(count));
  const next = new Int32Array(classes);
  labels.forEach((label, index) => {
    byClass[label][next[label]++] = index;
  });
  return byClass;
}

/** Examples per class, `[classes]`. */
export function countClasses(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Counts or weights divided by their sum. */
export function normalised(weights: ArrayLike<number>): Float64Array {
  const total = Array.prototype.reduce.call(
    weights,
    (sum, weight) => (sum as number) + (weight as number),
    0,
  ) as number;
  return Float64Array.from(weights, (weight) => weight / total);
}
