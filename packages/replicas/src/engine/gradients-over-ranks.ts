import type { Evaluate, GradientsPart } from '@evenkeel/trainer-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { errors } from '../errors.js';
import { batchRanks, countOf } from './batch-ranks.js';
import { reduceEvaluation } from './reduce-evaluation.js';
import { withReductions } from './reductions.js';

/** The input of a step with the rows of every rank, `[ranks]`: 0 for one that computes a row of another's. */
export const ROWS_OF_RANKS = 'replicas/rows';

/**
 * Gradients of the whole batch from those of the ranks' rows; where they `sync`, layers take statistics of the whole batch, too.
 * Throws REPLICAS_SYNC_OF_PARTS in the step.
 */
export function gradientsOverRanks(rank: number, sync: boolean): (inner: GradientsPart) => GradientsPart {
  return (inner) => ({
    name: `${inner.name} on every rank`,
    compute(evaluate, context) {
      const rows = (context as unknown as Record<string, Tensor1D>)[ROWS_OF_RANKS];
      return withReductions(context.tag, (sum) => {
        const synced: Evaluate = (at = {}) => {
          const size = at.part?.size ?? context.rows;
          if (size < context.rows) throw errors.SYNC_OF_PARTS({ rows: context.rows, size });
          return evaluate({ ...at, ranks: (weight) => batchRanks(rank, rows, weight, sum) });
        };
        const evaluation = inner.compute(sync ? synced : evaluate, context);
        return reduceEvaluation(evaluation, countOf(rank, rows), rows.shape[0], sum);
      });
    },
  });
}
