/** A part of a line that is left out where there is no room: the one with the highest `rank` first. */
export interface LinePart {
  readonly text: string;
  /** 0: it always stays. */
  readonly rank: number;
}

const GAP = '  ';
const LEAST_BAR = 6;
const MOST_BAR = 24;

/**
 * One line of at most `columns` characters: `head`, a bar of `done` (0 .. 1), then the parts in their order. Where there is no room,
 * parts go by their rank down to 2, then the bar, then those of rank 1, and at last the line is cut.
 */
export function statusLine(head: string, done: number, parts: readonly LinePart[], columns: number): string {
  const share = Number.isFinite(done) ? Math.min(1, Math.max(0, done)) : 0;
  const percent = `${Math.floor(100 * share)}%`;
  const kept = parts.filter(({ text }) => text !== '');
  const rest = () => [percent, ...kept.map(({ text }) => text)].join(GAP);
  const room = () => columns - lengthOf(head) - lengthOf(rest()) - ' [] '.length;
  const drop = (need: number, least: number) => {
    while (room() < need) {
      const highest = Math.max(...kept.map(({ rank }) => rank));
      if (highest < least) return;
      kept.splice(
        kept.findLastIndex(({ rank }) => rank === highest),
        1,
      );
    }
  };
  // The bar goes before the parts of rank 1; without it, its brackets and a blank are room as well.
  drop(LEAST_BAR, 2);
  drop(-' []'.length, 1);
  const bar = room() < LEAST_BAR ? '' : `[${barOf(share, Math.min(MOST_BAR, room()))}] `;
  return [...`${head} ${bar}${rest()}`].slice(0, columns).join('');
}

/** Parts in as few lines of at most `columns` characters as they need, those behind the first indented; one longer than that is whole. */
export function wrapParts(head: string, parts: readonly string[], columns: number): string[] {
  const lines = [head];
  for (const part of parts.filter((text) => text !== '')) {
    const last = lines[lines.length - 1];
    if (lengthOf(last) + GAP.length + lengthOf(part) <= columns) lines[lines.length - 1] = last + GAP + part;
    else lines.push(GAP + part);
  }
  return lines;
}

function barOf(share: number, width: number): string {
  const full = Math.floor(share * width);
  return '='.repeat(full) + '-'.repeat(width - full);
}

function lengthOf(text: string): number {
  return [...text].length;
}
