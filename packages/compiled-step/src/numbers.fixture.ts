/** Numbers that look random, in −1..1, the same on every run: the fractional parts of a chaotic sine. */
export function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (wave - Math.floor(wave)) - 1;
  });
}
