/** Training images per class in one line: all counts of a few classes, the ends of more than 100. */
export function shownCounts(counts: readonly number[]): string {
  if (counts.length <= 100) return counts.join(' ');
  return `${counts.slice(0, 5).join(' ')} … ${counts.slice(-5).join(' ')} (${counts.length} classes)`;
}
