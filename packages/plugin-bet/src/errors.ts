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
  SEVERAL_TAGS: errorEntry(
    (d: { sampler: string; tags: readonly string[] }) =>
      `The balanced sampler '${d.sampler}' makes batches tagged ${quoteAll(d.tags)}, expected exactly one tag, since all of them become 'embedded'. Use a sampler with one tag.`,
    { sampler: 'mixed', tags: ['base', 'extra'] as readonly string[] },
  ),
});
