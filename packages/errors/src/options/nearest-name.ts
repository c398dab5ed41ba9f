/**
 * The name that was probably meant by a misspelt one, or undefined where none is near: the same letters in another spelling
 * (`weight_decay`), at most one edit for every three letters, a longer or shorter form of the same word (`eps`, `smoothing`), or a
 * word that begins in the same way (`classes` for `classCounts`).
 */
export function nearestName(misspelt: string, names: readonly string[]): string | undefined {
  const word = letters(misspelt);
  let [nearest, least]: [string | undefined, number] = [undefined, Infinity];
  for (const name of names) {
    const distance = distanceOf(word, letters(name));
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** How far two words are apart, Infinity where one is not a slip for the other. */
function distanceOf(word: string, name: string): number {
  const edits = editDistance(word, name);
  if (edits <= Math.max(1, Math.floor(Math.max(word.length, name.length) / 3)) && edits < name.length)
    return edits;
  const [short, long] = word.length < name.length ? [word, name] : [name, word];
  const contained = short.length >= 3 ? long.includes(short) : short !== '' && long.startsWith(short);
  const sameBeginning =
    short.length >= 4 && long.startsWith(short.slice(0, Math.max(4, Math.ceil(short.length * 0.7))));
  return contained || sameBeginning ? edits : Infinity;
}

/** The fewest insertions, deletions, substitutions and swaps of neighbours between two texts (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
