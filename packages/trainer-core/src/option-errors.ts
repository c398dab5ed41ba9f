import { defineErrors, errorEntry, quoteAll, show } from '@evenkeel/errors';

/** Errors of the built-in samplers, optimizers, schedules, losses, layers, metrics and transforms. */
export const optionErrors = defineErrors('TRAINER_OPTION', {
  BAD_VALUE: errorEntry(
    (d: { factory: string; option: string; expected: string; received: unknown; use: string }) =>
      `Option '${d.option}' of ${d.factory}: expected ${d.expected}, received ${show(d.received)}. Use ${d.use}.`,
    {
      factory: 'sgd',
      option: 'momentum',
      expected: 'a number in [0, 1)',
      received: 1.5 as unknown,
      use: '0.9, or 0 for none',
    },
  ),
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

/** Bounds of a numeric option; open bounds exclude their value. */
export interface NumberRange {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
  readonly integer?: boolean;
}

/** Throws `TRAINER_OPTION_BAD_VALUE` unless the option is a finite number within the range; `use` says what to write instead. */
export function checkNumber(
  factory: string,
  option: string,
  received: unknown,
  range: NumberRange,
  use: string,
): void {
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity, integer = false } = range;
  const finite = typeof received === 'number' && Number.isFinite(received);
  if (finite && received >= min && received > above && received <= max && received < below) {
    if (!integer || Number.isInteger(received)) return;
  }
  const expected = `${integer ? 'a whole number' : 'a number'} ${describe(range)}`;
  throw optionErrors.BAD_VALUE({ factory, option, expected, received, use });
}

/** The range as mathematicians write it, such as `in [0, 1)` or `of at least 0`. */
function describe({ min, above, max, below }: NumberRange): string {
  if (max === undefined && below === undefined) {
    return above === undefined ? `of at least ${min}` : `above ${above}`;
  }
  const left = above === undefined ? `[${min}` : `(${above}`;
  const right = below === undefined ? `${max}]` : `${below})`;
  return `in ${left}, ${right}`;
}

/** Throws `TRAINER_OPTION_BAD_VALUE` unless the option is true or false. */
export function checkBoolean(factory: string, option: string, received: unknown): void {
  if (typeof received !== 'boolean') {
    throw optionErrors.BAD_VALUE({
      factory,
      option,
      expected: 'true or false',
      received,
      use: 'one of them',
    });
  }
}
