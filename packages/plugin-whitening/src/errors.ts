import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Every error that this package throws on purpose; the codes are `WHITENING_` and the key. */
export const errors = defineErrors('WHITENING', {
  UNKNOWN_OPTION: optionEntry({
    problem: 'unknown',
    where: 'whitening',
    option: 'eps',
    known: ['method', 'epsilon'],
    nearest: 'epsilon',
  }),
  BAD_OPTION: optionEntry({
    where: 'whitening',
    option: 'epsilon',
    expected: 'a number in [0, 1]',
    received: -0.1,
  }),
  GROUPS_DO_NOT_DIVIDE: errorEntry(
    (d: { groups: number; features: number }) =>
      `Whitening option 'groups': expected a divisor of the ${d.features} features, received ${d.groups}. ` +
      `Choose one of ${divisors(d.features).join(', ')}.`,
    { groups: 5, features: 64 },
  ),
  UNKNOWN_TAG: errorEntry(
    (d: { statistics: readonly string[]; known: readonly string[] }) =>
      `Whitening option 'statistics': expected a tag of this sampler's batches, ${quoteAll(d.known)}, received ` +
      `${quoteAll(d.statistics)}. No batch has moved the running statistics, so evaluation would not whiten. Correct the tag, or leave it out for all batches.`,
    { statistics: ['balanced'] as readonly string[], known: ['base', 'embedded'] as readonly string[] },
  ),
  NEVER_STARTS: errorEntry(
    (d: { from: number; epochs: number }) =>
      `Whitening option 'from': expected an epoch of the run, 0 .. ${d.epochs - 1}, or a share below 1, received ${d.from}: none of these ` +
      `${d.epochs} epochs would be whitened. Choose an earlier one, or train longer.`,
    { from: 160, epochs: 10 },
  ),
  NO_TRAINER: errorEntry(
    (d: { option: string; needs: string }) =>
      `Whitening option '${d.option}': expected ${d.needs} in the layer's context, received a context without. Choose a trainer to train with, ` +
      'which gives it, add it to the context, or leave the option out.',
    { option: 'from', needs: "'epoch' and 'epochs'" },
  ),
  NOT_DECOMPOSABLE: errorEntry(
    (d: { size: number }) =>
      `Whitening cannot decompose a covariance [${d.size}, ${d.size}]: expected finite features, received some that are ` +
      'infinite, not a number, or too large for float32. If training has diverged, lower the learning rate or warm it up.',
    { size: 64 },
  ),
  BAD_SHAPE: errorEntry(
    (d: { argument: string; expected: string; received: readonly number[] }) =>
      `Whitening argument '${d.argument}': expected shape ${d.expected}, received [${d.received.join(', ')}]. ` +
      'Reshape the tensor or pass the one that belongs here.',
    { argument: 'features', expected: '[batch, d] with batch and d of 1 or more', received: [128, 8, 8, 64] },
  ),
});

function divisors(of: number): number[] {
  return Array.from({ length: of }, (_, index) => index + 1).filter((candidate) => of % candidate === 0);
}
