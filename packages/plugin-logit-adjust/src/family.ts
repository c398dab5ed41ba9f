/** The plugins of this package that move logits before the loss: they answer the same question, so one is enough. */
const LOGITS = ['', '/balanced-softmax', '/ldam'] as const;
/** Those that fill the role LOSS. */
const LOSSES = ['/class-balanced-loss', '/deferred-reweighting', '/focal', '/label-aware-smoothing'] as const;

/** The name of a plugin of this package and the names of those that it cannot be combined with. */
export function member(suffix: (typeof LOGITS)[number] | (typeof LOSSES)[number]): {
  readonly name: string;
  readonly conflicts: readonly string[];
} {
  const group: readonly string[] = (LOGITS as readonly string[]).includes(suffix) ? LOGITS : LOSSES;
  const nameOf = (end: string) => `@evenkeel/plugin-logit-adjust${end}`;
  return { name: nameOf(suffix), conflicts: group.filter((other) => other !== suffix).map(nameOf) };
}
