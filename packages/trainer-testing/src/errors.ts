import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** What the helpers for tests can say. */
export const testingErrors = defineErrors('TESTING', {
  BAD_OPTION: optionEntry({
    where: 'tinyDataset',
    option: 'testPerClass',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  GRADIENT_MISMATCH: errorEntry(
    (d: {
      wrong: number;
      checked: number;
      index: number;
      received: number;
      expected: number;
      allowed: number;
    }) =>
      `Gradient check: ${d.wrong} of ${d.checked} elements differ; the worst is element ${d.index}: tf.grad gives ` +
      `${d.received}, central differences give ${d.expected}, allowed difference ${d.allowed}. Look at the gradient ` +
      `first, then whether 'step' suits the function (kinks, float32 noise).`,
    { wrong: 1, checked: 6, index: 4, received: 2, expected: 1, allowed: 0.01 },
  ),
  LEAKED_TENSORS: errorEntry(
    (d: { before: number; after: number }) =>
      `Expected ${d.before} tensors in memory as before the work, received ${d.after} after it. ` +
      `Wrap the work in tf.tidy or dispose what it makes.`,
    { before: 3, after: 5 },
  ),
  UNKNOWN_VARIABLE: errorEntry(
    (d: { variable: string; known: readonly string[] }) =>
      `The scope holds no variable '${d.variable}', expected one of ${quoteAll(d.known)}. Use one of these paths.`,
    { variable: 'test/kernle', known: ['test/kernel'] },
  ),
});
