/** Classes from the one with the most training images to the one with the fewest, equal counts by index. */
export function classOrder(classCounts: readonly number[]): number[] {
  return Array.from(classCounts.keys()).sort((a, b) => classCounts[b] - classCounts[a] || a - b);
}
