/**
 * Mean logit margin by class: z_y − max of the other logits, averaged over the examples of the class, `[classes]`; null
 * for a class without examples. Positive where the class is recognised on average. `logits` is `[n, classes]` row by row.
 */
export function classMargins(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): (number | null)[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    let rival = -Infinity;
    for (let c = 0; c < classes; c++) {
      if (c !== label) rival = Math.max(rival, logits[row * classes + c]);
    }
    sums[label] += logits[row * classes + label] - rival;
    counts[label]++;
  }
  return Array.from(sums, (sum, c) => (counts[c] > 0 ? sum / counts[c] : null));
}
