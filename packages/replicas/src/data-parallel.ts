import { defineOptions, list, number, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, GRADIENTS, REPLICAS } from '@evenkeel/trainer-core';
import type { GradientsPart, TrainerPlugin } from '@evenkeel/trainer-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import manifest from '../package.json' with { type: 'json' };
import { Cluster, COUNTS } from './cluster.js';
import { reduceEvaluation } from './engine/reduce-evaluation.js';
import { withReductions } from './engine/reductions.js';
import { errors } from './errors.js';
import { findPlace } from './place/find-place.js';

/** How processes that train together find and wait for each other. */
export interface DataParallelOptions {
  /**
   * Names or addresses of the machines that take part; required where rank 0 is outside of this one. Default: those in
   * `EVENKEEL_HOSTS`, joined by commas.
   */
  readonly hosts?: readonly string[];
  /** Seconds from the first to the last process that comes; default 60. */
  readonly meetSeconds?: number;
  /** Seconds after which a process that does not answer is given up; default 300. */
  readonly timeoutSeconds?: number;
}

/** The options of `dataParallel`. */
export const dataParallelOptions = defineOptions('dataParallel', errors.BAD_OPTION, {
  hosts: list(text("a machine's name or address")).optional('those in `EVENKEEL_HOSTS`'),
  meetSeconds: number({ above: 0 }).default(60),
  timeoutSeconds: number({ above: 0 }).default(300),
} satisfies SpecOf<DataParallelOptions>);

/** The cluster of this process: a server of TensorFlow lasts as long as the process does. */
let cluster: Cluster | undefined;

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
  const settings = dataParallelOptions.read(options);
  const { EVENKEEL_HOSTS = '' } = process.env;
  const hosts = settings.hosts ?? EVENKEEL_HOSTS.split(',').filter((host) => host !== '');
  const place = findPlace(process.env);
  return definePlugin({
    name: '@evenkeel/replicas',
    version: manifest.version,
    api: '^2.0',
    // Outside of parts of a batch and inside of whatever evaluates several times, as SAM does.
    order: 'pre',
    after: ['@evenkeel/trainer-core/micro-batches'],
    description: place ? `rank ${place.rank} of ${place.size}` : 'one process, since no other was named',
    setup({ roles }) {
      if (place === undefined) return;
      cluster ??= new Cluster(place, { ...settings, hosts });
      roles.provide(REPLICAS, cluster);
      roles.decorate(GRADIENTS, overRanks, { identity: false });
    },
  });
}

/** Gradients of the whole batch from those of the ranks' rows. */
function overRanks(inner: GradientsPart): GradientsPart {
  return {
    name: `${inner.name} on every rank`,
    compute(evaluate, context) {
      const counts = (context as unknown as Record<string, Scalar>)[COUNTS];
      const evaluation = inner.compute(evaluate, context);
      return withReductions(context.tag, (sum) => reduceEvaluation(evaluation, counts, sum));
    },
  };
}
