/**
 * How alike two sets of gradients are, by weight: the cosine of all of them as one vector, of those whose names begin with `backbone`, and the
 * lowest of a single weight.
 */
export function gradientCosines(
  one: ReadonlyMap<string, Float32Array>,
  other: ReadonlyMap<string, Float32Array>,
): Readonly<Record<string, number>> {
  const names = [...one.keys()];
  const cosineOf = (some: readonly string[]): number => {
    const dot = (a: typeof one, b: typeof one): number =>
      some.reduce(
        (sum, name) => a.get(name)!.reduce((all, value, at) => all + value * b.get(name)![at], sum),
        0,
      );
    return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
  };
  return {
    cosine: cosineOf(names),
    'cosine of the backbone': cosineOf(names.filter((name) => name.startsWith('backbone'))),
    'lowest of a weight': Math.min(...names.map((name) => cosineOf([name]))),
  };
}
