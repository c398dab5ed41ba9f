import type { GradientsPart } from '../../contract/step.js';

/** One evaluation of the whole batch. */
export const wholeBatch: GradientsPart = {
  name: 'whole batch',
  compute: (evaluate) => evaluate(),
};
