import { definePlugin, GRADIENTS, REPLICAS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { clusterHere } from './cluster-here.js';
import { gradientsOverRanks } from './engine/gradients-over-ranks.js';
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
      roles.decorate(GRADIENTS, gradientsOverRanks(cluster.rank, syncBatchNorm), { identity: false });
    },
  });
}
