/** Softmax of each row of logits `[n, classes]`, in float64. */
export function probabilitiesOf(logits: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[from + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += probabilities[from + c] = Math.exp(logits[from + c] - largest);
    for (let c = 0; c < classes; c++) probabilities[from + c] /= sum;
  }
  return probabilities;
}
