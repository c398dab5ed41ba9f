import * as roles from './contract/core-roles.js';
import type { Dataset, DatasetDefinition } from './contract/dataset.js';
import { definePlugin, PLUGIN_API_VERSION } from './contract/define-plugin.js';
import type { InitialWeights } from './contract/initial-weights.js';
import type { BackboneDefinition, ClassifierDefinition } from './contract/layers.js';
import type { Metric } from './contract/metric.js';
import type { PluginInput, TrainerPlugin } from './contract/plugin.js';
import type { SamplerDefinition } from './contract/sampler.js';
import type { StepCompiler } from './contract/step-compiler.js';
import type { Loss, OptimizerDefinition, Schedule } from './contract/step.js';
import { assemble } from './di/assemble.js';
import { checkWhole } from './check-whole.js';
import { Trainer } from './trainer.js';

/** What a trainer is made of; everything but data and model has a default. */
export interface TrainerOptions {
  readonly data: Dataset | DatasetDefinition;
  readonly model: BackboneDefinition;
  /** Default: linear. */
  readonly classifier?: ClassifierDefinition;
  /** Default: SGD with momentum 0.9. */
  readonly optimizer?: OptimizerDefinition;
  /** Default: constant, 0.01. */
  readonly schedule?: Schedule;
  /** Default: softmax cross-entropy. */
  readonly loss?: Loss;
  /** Default: instance-balanced, or the balanced sampler that a plugin brings. */
  readonly sampler?: SamplerDefinition;
  /** First values of the network's variables: `fromCheckpoint(...)`. Default: their initializers. */
  readonly initialWeights?: InitialWeights;
  /** Makes the steps fast: `compileStep` of @evenkeel/compiled-step. Default: they run op by op. */
  readonly compile?: StepCompiler['compile'];
  /** In front of those of plugins; default, when there are none at all: accuracy. */
  readonly metrics?: readonly Metric[];
  /** Plugins, falsy values and nested lists of them; default none. */
  readonly plugins?: PluginInput;
  /** Examples per batch; default 128. */
  readonly batchSize?: number;
  /** Examples per batch in evaluation and prediction; default 256. */
  readonly evaluationBatchSize?: number;
  /** Whole number in 0 .. 2^32 - 1 that every random stream of the trainer starts from; default 0. */
  readonly seed?: number;
}

/**
 * Makes a trainer. Every fault in its composition is thrown here, before any data is read: an option out of range, a
 * missing or conflicting plugin, two providers of one role, a cycle in the order.
 *
 * @example
 * const trainer = createTrainer({ data: cifar10LT(), model: resnet32(), plugins: [whitening(), progressBar()] });
 * console.log(trainer.explain());
 * await trainer.fit({ epochs: 200 });
 */
export function createTrainer(options: TrainerOptions): Trainer {
  const { batchSize = 128, evaluationBatchSize = 256, seed = 0 } = options;
  checkWhole('createTrainer', 'batchSize', batchSize, 1);
  checkWhole('createTrainer', 'evaluationBatchSize', evaluationBatchSize, 1);
  checkWhole('createTrainer', 'seed', seed, 0, 0xffff_ffff);
  return new Trainer(assemble(fromOptions(options), options.plugins, seed), {
    seed,
    batchSize,
    evaluationBatchSize,
  });
}

/** The options as the first provider of their roles, through the same door as every plugin. */
function fromOptions(options: TrainerOptions): TrainerPlugin {
  return definePlugin({
    name: 'options',
    version: PLUGIN_API_VERSION,
    api: PLUGIN_API_VERSION,
    setup({ roles: book }) {
      if (options.data) book.provide(roles.DATASET, options.data);
      if (options.model) book.provide(roles.BACKBONE, options.model);
      if (options.classifier) book.provide(roles.CLASSIFIER, options.classifier);
      if (options.optimizer) book.provide(roles.OPTIMIZER, options.optimizer);
      if (options.schedule) book.provide(roles.SCHEDULE, options.schedule);
      if (options.loss) book.provide(roles.LOSS, options.loss);
      if (options.compile) book.provide(roles.STEP_COMPILER, { name: 'compiled', compile: options.compile });
      if (options.initialWeights) book.contribute(roles.INITIAL_WEIGHTS, options.initialWeights);
      if (options.sampler) book.provide(roles.SAMPLER, options.sampler);
      for (const metric of options.metrics ?? []) book.contribute(roles.METRICS, metric);
    },
  });
}
