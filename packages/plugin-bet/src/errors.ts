import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Everything that can be wrong with the options of BET, or with the samplers that it joins. */
export const errors = defineErrors('BET', {
  BAD_OPTION: optionEntry({
    problem: 'unknown',
    where: 'bet',
    option: 'evry',
    known: ['every', 'burst'],
    nearest: 'every',
  }),
  TAG_TAKEN: errorEntry(
    (d: { sampler: string }) =>
      `The base sampler '${d.sampler}' already makes batches tagged 'embedded', expected a sampler that nothing is embedded in yet. Embed once.`,
    { sampler: 'instance-balanced with b3rs embedded' },
  ),
  NOTHING_EMBEDDED: errorEntry(
    (d: { every: number; from: number; ramp: number; epochs: number; longest: number }) =>
      `bet would embed nothing: expected room for a balanced batch, after ${d.every} base batches ('every') and from epoch ${d.from} on ` +
      `('from'${d.ramp > 0 ? `, rising over ${d.ramp}` : ''}), received ${d.epochs} epochs of at most ${d.longest} batches. Lower 'every' or ` +
      `'from', or take longer epochs or smaller batches; \`every: Infinity\` means that nothing is to be embedded.`,
    { every: 4, from: 0, ramp: 0, epochs: 3, longest: 4 },
  ),
  SEVERAL_TAGS: errorEntry(
    (d: { sampler: string; tags: readonly string[] }) =>
      `The balanced sampler '${d.sampler}' makes batches tagged ${quoteAll(d.tags)}, expected exactly one tag, since all of them become 'embedded'. Use a sampler with one tag.`,
    { sampler: 'mixed', tags: ['base', 'extra'] as readonly string[] },
  ),
});
