import { goals } from './goals.js';
import type { Line } from './line.js';

/** The lines of a suite as a table. */
export function lineTable(suite: string, lines: readonly Line[], markdown = false): string {
  const rows = lines.map(({ name, msMin, msMedian, imagesPerSecond, ratioTo, more = {} }) => [
    name,
    number(msMin),
    number(msMedian),
    imagesPerSecond === undefined ? '' : imagesPerSecond.toFixed(0),
    ratioTo === undefined ? '' : `${ratioTo.ratio.toFixed(2)} × ${ratioTo.name}`,
    Object.entries(more)
      .map(([key, value]) => `${key} ${number(value)}`)
      .join(', '),
  ]);
  return table([suite, 'ms, least', 'ms, median', 'images/s', 'median', 'more'], rows, markdown);
}

/** Every goal that the lines answer: met or missed. */
export function goalTable(lines: readonly Line[], markdown = false): string {
  const measured = goals(lines).filter(({ met }) => met !== undefined);
  const rows = measured.map(({ what, wanted, got, met }) => [what, wanted, got, met ? 'met' : 'MISSED']);
  return table(['goal', 'wanted', 'measured', ''], rows, markdown);
}

/** Four digits that matter. */
function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

/** Columns side by side, as Markdown or plain; columns without any content are left out. */
function table(head: readonly string[], rows: readonly (readonly string[])[], markdown: boolean): string {
  const used = head.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== ''));
  const widths = used.map((column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row: readonly string[]): string => {
    const cells = used.map((column, at) => row[column].padEnd(widths[at]));
    return markdown ? `| ${cells.join(' | ')} |` : cells.join('  ').trimEnd();
  };
  const rule = markdown ? [`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`] : [];
  return [line(head), ...rule, ...rows.map(line)].join('\n');
}
