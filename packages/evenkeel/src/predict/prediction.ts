/** How probable a class is. */
export interface ClassProbability {
  /** Its name. */
  readonly class: string;
  readonly probability: number;
}

/** What a network says of one image. */
export interface Prediction extends ClassProbability {
  readonly file: string;
  /** The most probable first; as many as were asked for. */
  readonly probabilities: readonly ClassProbability[];
}

/** The predictions of a batch; `rows` are probabilities, `[files, classes]`. */
export function predictionsOf(
  files: readonly string[],
  rows: Float32Array,
  classNames: readonly string[],
  top: number = classNames.length,
): Prediction[] {
  return files.map((file, at) => {
    const row = rows.subarray(at * classNames.length, (at + 1) * classNames.length);
    const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
    const probabilities = order
      .slice(0, top)
      .map((label) => ({ class: classNames[label], probability: rounded(row[label]) }));
    return { file, ...probabilities[0], probabilities };
  });
}

/** Seven digits, which is what a network in float32 can mean. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}

/**
 * Lines of a CSV file (RFC 4180): with all classes a column for each of them, else columns `class-2`, `probability-2` and so on for
 * the next in order. `top` of all classes or more: all.
 */
export function csvHead(classNames: readonly string[], top: number = classNames.length): string {
  const more =
    top >= classNames.length
      ? classNames
      : Array.from({ length: top - 1 }, (_, at) => [`class-${at + 2}`, `probability-${at + 2}`]).flat();
  return csvLine(['file', 'class', 'probability', ...more]);
}

/** One image's line under {@link csvHead}. */
export function csvRow(
  { file, probabilities, ...first }: Prediction,
  classNames: readonly string[],
  top: number = classNames.length,
): string {
  const of = new Map(probabilities.map((one) => [one.class, one.probability]));
  const more =
    top >= classNames.length
      ? classNames.map((name) => String(of.get(name)))
      : probabilities.slice(1).flatMap((one) => [one.class, String(one.probability)]);
  return csvLine([file, first.class, String(first.probability), ...more]);
}

function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
