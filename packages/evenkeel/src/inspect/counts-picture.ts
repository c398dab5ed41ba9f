/** One class, for pictures. */
export interface CountedClass {
  readonly name: string;
  readonly count: number;
  readonly shot: string;
}

/** The most classes that get a line each; more become columns. */
const MOST_LINES = 40;

/** Rows of columns. */
const HEIGHT = 8;

const EIGHTHS = ' ▁▂▃▄▅▆▇█';
const PARTS = ' ▏▎▍▌▋▊▉█';

/**
 * Counts by class in order of size, as lines for a terminal of `columns` characters: a bar per class, or for more than 40
 * classes one column for every few of them. Bars are in proportion, and a class with images always shows a little.
 */
export function countsPicture(classes: readonly CountedClass[], columns: number): string[] {
  const sorted = [...classes].sort((a, b) => b.count - a.count);
  return sorted.length <= MOST_LINES ? bars(sorted, columns) : skyline(sorted, columns);
}

function bars(sorted: readonly CountedClass[], columns: number): string[] {
  const digits = Math.max(...sorted.map(({ count }) => String(count).length));
  const shots = Math.max(...sorted.map(({ shot }) => shot.length));
  const longest = Math.max(...sorted.map(({ name }) => [...name].length));
  const names = Math.min(longest, Math.max(6, Math.floor(columns / 3)));
  const room = Math.max(4, columns - names - digits - shots - 4);
  const most = sorted[0].count;
  return sorted.map(({ name, count, shot }) => {
    const bar = barOf(count, most, room);
    return `${cut(name, names)} ${String(count).padStart(digits)} ${shot.padEnd(shots)} ${bar}`.trimEnd();
  });
}

function barOf(count: number, most: number, room: number): string {
  const eighths = count === 0 ? 0 : Math.max(1, Math.round((count / most) * room * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : PARTS[eighths % 8]);
}

/** One column for every `perColumn` classes, as high as their mean count. */
function skyline(sorted: readonly CountedClass[], columns: number): string[] {
  const most = sorted[0].count;
  const margin = String(most).length + 1;
  const perColumn = Math.ceil(sorted.length / Math.max(8, columns - margin));
  const heights = Array.from({ length: Math.ceil(sorted.length / perColumn) }, (_, at) => {
    const group = sorted.slice(at * perColumn, (at + 1) * perColumn);
    return group.reduce((sum, { count }) => sum + count, 0) / group.length;
  });
  const filled = heights.map((height) => Math.max(1, Math.round((height / most) * HEIGHT * 8)));
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const floor = (HEIGHT - 1 - row) * 8;
    const line = filled.map((eighths) => EIGHTHS[Math.min(8, Math.max(0, eighths - floor))]).join('');
    const label = row === 0 ? String(most) : row === HEIGHT - 1 ? '0' : '';
    return `${label.padStart(margin - 1)} ${line}`.trimEnd();
  });
  const what = perColumn === 1 ? 'a column per class' : `a column for every ${perColumn} classes`;
  return [...rows, `${' '.repeat(margin)}${what}, the largest first`];
}

/** Text in exactly so many characters. */
function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text.padEnd(width) : `${characters.slice(0, width - 1).join('')}…`;
}
