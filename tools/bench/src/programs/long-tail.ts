/** Class counts `[classes]` that fall exponentially by a factor of 256, each 1 or more, `images` in all. */
export function longTail(images: number, classes: number): number[] {
  const shares = Array.from({ length: classes }, (_, label) => 256 ** (-label / (classes - 1)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const counts = shares.map((share) => 1 + Math.floor(((images - classes) * share) / total));
  counts[0] += images - counts.reduce((sum, count) => sum + count, 0);
  return counts;
}
