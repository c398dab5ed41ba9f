/**
 * How many classes come before `label` in the row of logits that starts at `offset`: 0 when it is predicted. Of equal
 * logits the lowest class comes first, and NaN comes before every number, so that a diverged network is never right.
 */
export function rankOf(logits: Float32Array, offset: number, classes: number, label: number): number {
  const own = logits[offset + label];
  let rank = 0;
  for (let other = 0; other < label; other++) if (!(logits[offset + other] < own)) rank++;
  for (let other = label + 1; other < classes; other++) if (!(logits[offset + other] <= own)) rank++;
  return rank;
}
