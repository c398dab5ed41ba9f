import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Errors of the built-in samplers, optimizers, schedules, losses, layers, metrics and transforms. */
export const optionErrors = defineErrors('TRAINER_OPTION', {
  BAD_VALUE: optionEntry({ where: 'sgd', option: 'momentum', expected: 'a number in [0, 1)', received: 1.5 }),
  UNKNOWN_TAG: errorEntry(
    (d: { sampler: string; tag: string; tags: readonly string[] }) =>
      `Sampler '${d.sampler}' makes no batches tagged '${d.tag}'. Ask for one of its tags: ${quoteAll(d.tags)}.`,
    { sampler: 'instance-balanced', tag: 'embedded', tags: ['base'] as readonly string[] },
  ),
  NO_FULL_BATCH: errorEntry(
    (d: { examples: number; batchSize: number }) =>
      `instanceBalanced({ dropLast: true }) has no batch to give: expected at least ${d.batchSize} training ` +
      `examples (one batch), received ${d.examples}. Lower the batch size, or leave dropLast out.`,
    { examples: 100, batchSize: 128 },
  ),
  EMPTY_DECK: errorEntry(
    (d: { cards: number }) =>
      `Expected a deck with at least one index to deal from, received ${d.cards}. Leave out classes without examples.`,
    { cards: 0 },
  ),
  NO_FAN: errorEntry(
    (d: { shape: readonly number[] }) =>
      `heNormal() fills kernels [..., in, out]: expected a shape of at least two axes, received [${d.shape.join(', ')}]. ` +
      `Use zeros(), ones() or uniform() for this variable.`,
    { shape: [64] as readonly number[] },
  ),
});
