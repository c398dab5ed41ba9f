/**
 * Rows mixed with their partners, as new ones: share·row + (1 − share)·partner. For transforms that mix the examples of a
 * batch: once for the inputs and once for the targets.
 *
 * @param rows `[batch, ...]`, row by row.
 * @param partners Which row each one is mixed with, `[batch]`.
 * @param shareOf How much of itself a row keeps, in [0, 1].
 */
export function mixedRows(
  rows: Float32Array,
  partners: Int32Array,
  shareOf: (row: number) => number,
): Float32Array {
  const size = rows.length / partners.length;
  const mixed = new Float32Array(rows.length);
  partners.forEach((partner, row) => {
    const share = shareOf(row);
    const [from, other] = [row * size, partner * size];
    for (let at = 0; at < size; at++) {
      mixed[from + at] = share * rows[from + at] + (1 - share) * rows[other + at];
    }
  });
  return mixed;
}
