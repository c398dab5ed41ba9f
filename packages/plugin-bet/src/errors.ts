import { defineErrors, errorEntry, quoteAll, show } from '@evenkeel/errors';

/** Everything that can be wrong with the options of BET, or with the samplers that it joins. */
export const errors = defineErrors('BET', {
  BAD_OPTION: errorEntry(
    (d: { option: string; expected: string; received: unknown }) =>
      `Option '${d.option}' of bet: expected ${d.expected}, received ${show(d.received)}. Correct it or leave it out for the default.`,
    { option: 'every', expected: 'a whole number, 1 or more, or Infinity', received: 0 as unknown },
  ),
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
