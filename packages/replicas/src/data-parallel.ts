import { definePlugin, GRADIENTS, REPLICAS } from '@evenkeel/trainer-core';
import type { Evaluate, GradientsPart, TrainerPlugin } from '@evenkeel/trainer-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import manifest from '../package.json' with { type: 'json' };
import { clusterHere } from './cluster-here.js';
import { ROWS_OF_RANKS } from './cluster.js';
import { batchRanks, countOf } from './engine/batch-ranks.js';
import { reduceEvaluation } from './engine/reduce-evaluation.js';
import { withReductions } from './engine/reductions.js';
import { errors } from './errors.js';
import { dataParallelOptions } from './options.js';
import type { DataParallelOptions } from './options.js';

/**
 * Trains one network on several processes (ranks), which `evenkeel run`, Slurm or Kubernetes started with the same script. Every
 * rank computes its rows of each batch; gradients, loss and running statistics are summed over all of them, so that all hold
 * the same weights, bit for bit. `batchSize` is the size of the whole batch. Started alone, the script trains alone. Throws
 * REPLICAS_BAD_OPTION, REPLICAS_BAD_ENVIRONMENT; when the trainer is first used the other errors of this package.
 *
 * @example
 * createTrainer({ data, model, batchSize: 128, plugins: [dataParallel(), fileCheckpoints({ folder: 'run' })] });
 */
export function dataParallel(options: DataParallelOptions = {}): TrainerPlugin {
  const cluster = clusterHere(options);
  return definePlugin({
    name: '@evenkeel/replicas',
    version: manifest.version,
    api: '^2.0',
    // Outside of parts of a batch and inside of whatever evaluates several times, as SAM does.
    order: 'pre',
    after: ['@evenkeel/trainer-core/micro-batches'],
    description: cluster ? cluster.name : 'one process, since no other was named',
    setup({ roles }) {
      if (cluster === undefined) return;
      roles.provide(REPLICAS, cluster);
      const { syncBatchNorm } = dataParallelOptions.read(options);
      roles.decorate(GRADIENTS, overRanks(cluster.rank, syncBatchNorm), { identity: false });
    },
  });
}

/** Gradients of the whole batch from those of the ranks' rows; where they `sync`, layers take statistics of the whole batch, too. */
function overRanks(rank: number, sync: boolean): (inner: GradientsPart) => GradientsPart {
  return (inner) => ({
    name: `${inner.name} on every rank`,
    compute(evaluate, context) {
      const rows = (context as unknown as Record<string, Tensor1D>)[ROWS_OF_RANKS];
      return withReductions(context.tag, (sum) => {
        const synced: Evaluate = (at = {}) => {
          const { size } = at.part ?? { size: context.rows };
          if (size < context.rows) throw errors.SYNC_OF_PARTS({ rows: context.rows, size });
          return evaluate({ ...at, ranks: (weight) => batchRanks(rank, rows, weight, sum) });
        };
        const evaluation = inner.compute(sync ? synced : evaluate, context);
        return reduceEvaluation(evaluation, countOf(rank, rows), sum);
      });
    },
  });
}
