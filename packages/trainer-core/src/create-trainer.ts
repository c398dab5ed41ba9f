import { check, defineOptions, flag, func, list, oneOf, whole } from '@evenkeel/errors';
import type { Option, ReadOptions } from '@evenkeel/errors';
import { OPTIONS } from './assembly/attribution.js';
import { assemble, tearDown } from './assembly/assemble.js';
import { definePlugin, PLUGIN_API_VERSION } from './contract/define-plugin.js';
import type { InitialWeights } from './contract/initial-weights.js';
import type { BackboneDefinition, ClassifierDefinition } from './contract/layers.js';
import type { Metric } from './contract/metric.js';
import type { PluginInput, TrainerPlugin } from './contract/plugin.js';
import type { SamplerDefinition } from './contract/sampler.js';
import type { Loss, OptimizerDefinition, Schedule } from './contract/step.js';
import type { Precision, StepCompiler } from './contract/step-compiler.js';
import type { DataInput, Task } from './contract/task.js';
import { trainerErrors } from './errors/trainer-errors.js';
import { microBatches } from './plugins/micro-batches.js';
import * as roles from './roles/core-roles.js';
import { Trainer } from './trainer.js';

/** What a trainer is made of; everything but data and model has a default, and a plugin may bring the model. */
export interface TrainerOptions {
  readonly data: DataInput;
  /** Required, unless a plugin provides BACKBONE. */
  readonly model?: BackboneDefinition;
  /** Default: classification. */
  readonly task?: Task;
  /** Default: linear. */
  readonly classifier?: ClassifierDefinition;
  /** Default: SGD with momentum 0.9. */
  readonly optimizer?: OptimizerDefinition;
  /** Default: constant, 0.01. */
  readonly schedule?: Schedule;
  /** Default: the task's; softmax cross-entropy. */
  readonly loss?: Loss;
  /** Default: the task's, instance-balanced, or the balanced sampler that a plugin brings. */
  readonly sampler?: SamplerDefinition;
  /** First values of the network's variables: `fromCheckpoint(...)`. Default: their initializers. */
  readonly initialWeights?: InitialWeights;
  /** Makes the steps fast: `compileStep` of @evenkeel/compiled-step. Default: they run op by op. */
  readonly compile?: StepCompiler['compile'];
  /** In which numbers the network computes; `bfloat16` needs `compile`. Default `float32`. */
  readonly precision?: Precision;
  /** Beside the task's own and in front of those of plugins; one of the same name takes the place of the task's. */
  readonly metrics?: readonly Metric[];
  /** Whether the task's own metrics are measured; default true. */
  readonly taskMetrics?: boolean;
  /** Plugins, falsy values and nested lists of them; default none. */
  readonly plugins?: PluginInput;
  /** Examples per batch; default 128. */
  readonly batchSize?: number;
  /** Examples that go through the network at once in a step, see `microBatches`; default: the whole batch. */
  readonly microBatch?: number;
  /** Examples per batch in evaluation and prediction; default 256. */
  readonly evaluationBatchSize?: number;
  /** Whole number in 0 .. 2^32 - 1 that every random stream of the trainer starts from; default 0. */
  readonly seed?: number;
}

/** The options of `createTrainer`. What fills a role is checked by the role, so that plugins' parts are too. */
export const trainerOptions = defineOptions('createTrainer', trainerErrors.BAD_OPTION, {
  data: part<DataInput>('a data set, or its definition').optional('required').knownAs('dataset'),
  task: part<Task>('a task').optional('classification'),
  model: part<BackboneDefinition>('a backbone').optional('required').knownAs('backbone', 'network'),
  classifier: part<ClassifierDefinition>('a classifier').optional('linear'),
  optimizer: part<OptimizerDefinition>('an optimizer').optional('SGD with momentum 0.9'),
  schedule: part<Schedule>('a schedule').optional('constant, 0.01').knownAs('lr', 'learningRate'),
  loss: part<Loss>('a loss').optional('softmax cross-entropy'),
  sampler: part<SamplerDefinition>('a sampler').optional('instance-balanced'),
  initialWeights: part<InitialWeights>('initial weights').optional("the initializers' values"),
  compile: func<StepCompiler['compile']>().optional('op by op'),
  precision: oneOf('float32', 'bfloat16').default('float32'),
  metrics: list(part<Metric>('a metric')).default([], 'none'),
  taskMetrics: flag().default(true),
  plugins: check<PluginInput>('plugins', () => true).optional('none'),
  batchSize: whole(1).default(128),
  microBatch: whole(1).optional('the whole batch'),
  evaluationBatchSize: whole(1).default(256),
  seed: whole(0, 0xffff_ffff).default(0),
});

/** What fills a role. */
function part<Value>(expected: string): Option<Value> {
  return check(expected, () => true);
}

/**
 * Makes a trainer. Every fault in its composition is thrown here, before any data is read: an option out of range, a value
 * that does not fit its role, a missing or conflicting plugin, two providers of one role, a cycle in the order.
 *
 * @example
 * const trainer = createTrainer({ data: cifar10LT(), model: resnet32(), plugins: [whitening(), progressBar()] });
 * console.log(trainer.explain());
 * await trainer.fit({ epochs: 200 });
 */
export function createTrainer(options: TrainerOptions): Trainer {
  const settings = trainerOptions.read(options);
  const { batchSize, microBatch, evaluationBatchSize, seed, precision } = settings;
  const plugins = [microBatch !== undefined && microBatches({ size: microBatch }), settings.plugins];
  const assembly = assemble(fromOptions(settings), plugins, seed);
  if (precision !== 'float32' && assembly.roles.providersOf(roles.STEP_COMPILER).length === 0) {
    tearDown(assembly.teardowns);
    throw trainerOptions.refuse('precision', "'float32', or 'bfloat16' together with 'compile'", precision);
  }
  return new Trainer(assembly, { seed, batchSize, evaluationBatchSize, precision });
}

/** The options as the first provider of their roles, through the same door as every plugin. */
function fromOptions(options: ReadOptions<typeof trainerOptions.spec>): TrainerPlugin {
  const { compile, taskMetrics } = options;
  return definePlugin({
    name: OPTIONS,
    version: PLUGIN_API_VERSION,
    api: PLUGIN_API_VERSION,
    setup({ roles: book }) {
      const given: Readonly<Record<string, unknown>> = {
        ...options,
        compile: compile && { name: 'compiled', compile },
      };
      for (const role of roles.CORE_ROLES) {
        const value = role.option === undefined ? undefined : given[role.option];
        if (value === undefined) continue;
        if (role.kind === 'one') book.provide<unknown>(role, value);
        else for (const each of [value].flat()) book.contribute<unknown>(role, each);
      }
      if (!taskMetrics) {
        const none = (task: Task): Task =>
          Object.create(task, { metrics: { value: () => [], enumerable: true } }) as Task;
        book.decorate(roles.TASK, none, { identity: false });
      }
    },
  });
}
