/**
 * The names in a list of hosts as Slurm writes it, such as `gpu[01-03,7],login`: a number in a range keeps its zeros. Returns
 * an empty list where the text is none.
 */
export function hostList(text: string): readonly string[] {
  const parts = text.match(/[^,[\]]+(\[[^\]]*\][^,[\]]*)*|,/g) ?? [];
  return parts.filter((part) => part !== ',').flatMap(expanded);
}

function expanded(part: string): readonly string[] {
  const [, before, ranges, after] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(part) ?? [];
  if (ranges === undefined) return [part];
  const numbers = ranges.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-');
    const count = Number(to) - Number(from) + 1;
    return Array.from({ length: count }, (_, at) => String(Number(from) + at).padStart(from.length, '0'));
  });
  return numbers.flatMap((number) => expanded(before + number + after));
}
