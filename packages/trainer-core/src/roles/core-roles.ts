import { memoryCheckpoints } from '../parts/checkpoints/memory-checkpoints.js';
import { linearClassifier } from '../parts/classifiers/linear-classifier.js';
import type { CheckpointStore } from '../contract/checkpoint-store.js';
import type { BatchTransform } from '../contract/dataset.js';
import type { InitialWeights } from '../contract/initial-weights.js';
import type { Inspector } from '../contract/inspector.js';
import type {
  BackboneDefinition,
  ClassifierDefinition,
  FeatureTransformDefinition,
} from '../contract/layers.js';
import type { Metric } from '../contract/metric.js';
import { listRole, role } from '../contract/roles.js';
import type { FallbackContext, ListRole, SingleRole } from '../contract/roles.js';
import type { SamplerDefinition } from '../contract/sampler.js';
import type { Replicas } from '../contract/replicas.js';
import {
  anything,
  asyncMethod,
  count,
  either,
  fields,
  flag,
  logits,
  map,
  method,
  object,
  optional,
  record,
  tensor,
  text,
} from '../contract/shape.js';
import type {
  AuxiliaryLoss,
  EvaluationWeights,
  GradientsPart,
  GradientTransform,
  LogitTransform,
  Loss,
  OptimizerDefinition,
  Penalty,
  PosthocTransform,
  Schedule,
  TrainableRule,
} from '../contract/step.js';
import type { StepCompiler } from '../contract/step-compiler.js';
import type { DataInput, Task } from '../contract/task.js';
import { opByOp } from '../parts/compilers/op-by-op.js';
import { wholeBatch } from '../parts/gradients/whole-batch.js';
import { oneProcess } from '../parts/replicas/one-process.js';
import { sgd } from '../parts/optimizers/sgd.js';
import { classBalanced } from '../parts/sampling/class-balanced.js';
import { instanceBalanced } from '../parts/sampling/instance-balanced.js';
import { constant } from '../parts/schedules/constant.js';
import { classification } from '../parts/tasks/classification.js';

const layer = object({ outputSize: count, apply: method(tensor) });
const evaluation = record({ loss: tensor, weight: tensor, gradients: map, updates: map, logged: map });
const batchPlan = record({ tag: text, indices: anything });
const source = object({ size: count, exampleShape: anything, read: asyncMethod() });
const dataset = object({
  name: text,
  train: source,
  validation: optional(source),
  test: source,
  normalisation: optional(record({ mean: anything, std: anything })),
});
const task = optional(text);
/** What fills a role that belongs to a run's identity has these. */
const named = { name: text, settings: optional(fields) };
const sampler = object({
  ...named,
  task,
  build: method(
    object({
      name: text,
      tags: anything,
      batchesIn: method(),
      plan: method(object({ length: anything, batch: method(batchPlan) })),
      classPrior: method(),
    }),
  ),
});

/** What the network learns of the data set's targets. */
export const TASK: SingleRole<Task> = role('TASK', {
  purpose:
    'which targets a data set has, which outputs the network needs, and the default loss, metrics and sampler',
  called: 'once, when the data set is loaded, and for the inputs of every step',
  option: 'task',
  fallback: { words: 'classification', make: () => classification() },
  shape: object({
    ...named,
    join: method(),
    loss: method(),
    metrics: method(),
    sampler: method(),
  }),
});

/** The examples: a data set, or the definition of one that is loaded when first needed. Required. */
export const DATASET: SingleRole<DataInput> = role('DATASET', {
  purpose: 'where examples come from',
  called: 'loaded once, when data is first needed; read for every batch',
  option: 'data',
  identity: false, // its digest is
  shape: either(dataset, object({ name: text, load: asyncMethod(dataset) })),
});

/** Which training examples form which batch. */
export const SAMPLER: SingleRole<SamplerDefinition> = role('SAMPLER', {
  purpose: 'which examples form which batch',
  called: 'built once per run; `plan` once per epoch, `classPrior` for every batch',
  option: 'sampler',
  fallback: {
    words: "the task's: every example once per epoch, shuffled; or a BALANCED_SAMPLER that no plugin embeds",
    make(context) {
      if (!balancedFillsAll(context)) return context.resolve(TASK).sampler();
      context.because('BALANCED_SAMPLER, since no plugin embeds it');
      return context.resolve(BALANCED_SAMPLER);
    },
  },
  shape: sampler,
});

/** Whether some plugin's balanced sampler is free to fill every batch: provided, and embedded by nobody. */
function balancedFillsAll({ providersOf, claimsOf }: FallbackContext): boolean {
  return providersOf(BALANCED_SAMPLER).length > 0 && claimsOf(BALANCED_SAMPLER).length === 0;
}

/** Balanced batches for plugins that embed them (they `claim` it); unclaimed, they fill SAMPLER. */
export const BALANCED_SAMPLER: SingleRole<SamplerDefinition> = role('BALANCED_SAMPLER', {
  purpose: 'balanced batches, for plugins that embed them; without such a plugin they fill SAMPLER',
  called: 'as SAMPLER, by the plugin that claims it',
  fallback: {
    words: 'class-balanced; where there are no classes as SAMPLER',
    make: ({ resolve }) => (resolve(TASK).name === 'classification' ? classBalanced() : instanceBalanced()),
  },
  shape: sampler,
});

/** Change a training batch on the host, in order, before the step. */
export const BATCH_TRANSFORMS: ListRole<BatchTransform> = listRole('BATCH_TRANSFORMS', {
  purpose: 'change a batch on the host',
  called:
    'for every training batch, after it is read and before its step, on the host, awaited; never in evaluation',
  shape: object({ ...named, rowwise: optional(flag), transform: asyncMethod() }),
});

/** Inputs `[batch, ...exampleShape]` to features `[batch, d]`. Required. */
export const BACKBONE: SingleRole<BackboneDefinition> = role('BACKBONE', {
  purpose: 'inputs [batch, ...exampleShape] to features [batch, d]',
  called: 'built once; applied in every training step and every evaluation batch',
  option: 'model',
  shape: object({ ...named, build: method(layer) }),
});

/** Features to features before the classifier, in order, in training and evaluation. */
export const FEATURE_TRANSFORMS: ListRole<FeatureTransformDefinition> = listRole('FEATURE_TRANSFORMS', {
  purpose: 'features to features, before the classifier',
  called: 'built once, after the backbone; applied in every training step and every evaluation batch',
  shape: object({ ...named, build: method(layer) }),
});

/** Features `[batch, d]` to logits `[batch, outputs]`, or to those of several experts. */
export const CLASSIFIER: SingleRole<ClassifierDefinition> = role('CLASSIFIER', {
  purpose: 'features [batch, d] to logits [batch, outputs], or { logits, experts }',
  called:
    'built once, after the feature transforms; applied in every training step and every evaluation batch',
  option: 'classifier',
  fallback: { words: 'linear', make: () => linearClassifier() },
  shape: object({ ...named, build: method(object({ outputSize: count, apply: method(logits) })) }),
});

/** Give variables their first values, in order, in place of their initializers. */
export const INITIAL_WEIGHTS: ListRole<InitialWeights> = listRole('INITIAL_WEIGHTS', {
  purpose: 'give variables their first values',
  called: 'once, after the network is built and before the optimizer is; not when a run resumes',
  option: 'initialWeights',
  identity: false,
  shape: object({ name: text, initialise: asyncMethod() }),
});

/** Logits to logits `[batch, outputs]` in training, in order, before the loss; for each expert where there are several. */
export const LOGIT_TRANSFORMS: ListRole<LogitTransform> = listRole('LOGIT_TRANSFORMS', {
  purpose: 'logits to logits [batch, outputs], in training',
  called: 'in every training step, after the classifier; never in evaluation',
  shape: object({ ...named, task, transform: method(tensor) }),
});

/** Targets and logits to a scalar; for each expert where there are several, and then their mean. */
export const LOSS: SingleRole<Loss> = role('LOSS', {
  purpose: 'logits [batch, outputs] and targets to a scalar',
  called: 'in every training step, after LOGIT_TRANSFORMS; never in evaluation',
  option: 'loss',
  fallback: { words: "the task's: softmax cross-entropy", make: ({ resolve }) => resolve(TASK).loss() },
  shape: object({ ...named, task, loss: method(tensor), weight: optional(method(tensor)) }),
});

/** Terms added to the loss that see the whole forward pass and may have their own weights. */
export const AUXILIARY_LOSSES: ListRole<AuxiliaryLoss> = listRole('AUXILIARY_LOSSES', {
  purpose:
    'terms added to the loss, from inputs, features, logits, targets and indices, with their own weights',
  called: 'built once, after the network; in every training step, after LOSS; never in evaluation',
  shape: object({ ...named, task, build: method(object({ loss: method(tensor) })) }),
});

/** Terms added to the loss that depend on weights. */
export const PENALTIES: ListRole<Penalty> = listRole('PENALTIES', {
  purpose: 'terms added to the loss, from weights alone',
  called: 'in every training step, after AUXILIARY_LOSSES',
  shape: object({ ...named, penalty: method(tensor) }),
});

/** Rules that say which variables a batch of a tag may change; all must agree. */
export const TRAINABLE: ListRole<TrainableRule> = listRole('TRAINABLE', {
  purpose: 'which variables a batch may change; all must agree',
  called: 'when the step of a tag is made: the answer is part of the step',
  shape: object({ ...named, trains: method(), freezes: optional(method()) }),
});

/** How a step comes from a batch to its gradients. */
export const GRADIENTS: SingleRole<GradientsPart> = role('GRADIENTS', {
  purpose:
    'a batch to loss and gradients, by one or more evaluations: micro-batches, replicas, SAM decorate it',
  called: 'in every training step, before GRADIENT_TRANSFORMS',
  fallback: { words: 'one evaluation of the whole batch', make: () => wholeBatch },
  shape: object({ ...named, compute: method(evaluation) }),
});

/** Gradients to gradients, in order, before the optimizer. */
export const GRADIENT_TRANSFORMS: ListRole<GradientTransform> = listRole('GRADIENT_TRANSFORMS', {
  purpose: 'gradients to gradients',
  called: 'in every training step, with the gradients of the weights that TRAINABLE allows',
  shape: object({ ...named, transform: method() }),
});

/** Gradients to new weights. */
export const OPTIMIZER: SingleRole<OptimizerDefinition> = role('OPTIMIZER', {
  purpose: 'gradients to new weights',
  called: 'built once, after the network and its initial weights; applied at the end of every training step',
  option: 'optimizer',
  fallback: { words: 'SGD with momentum 0.9', make: () => sgd({ momentum: 0.9 }) },
  shape: object({ ...named, build: method(object({ apply: method() })) }),
});

/** Makes the step of each tag fast. */
export const STEP_COMPILER: SingleRole<StepCompiler> = role('STEP_COMPILER', {
  purpose: 'makes steps fast',
  called: 'when the step of a tag is made',
  option: 'compile',
  identity: false,
  fallback: { words: 'the step runs op by op', make: () => opByOp },
  shape: object({ name: text, compile: method() }),
});

/** The learning rate of every step. */
export const SCHEDULE: SingleRole<Schedule> = role('SCHEDULE', {
  purpose: 'the learning rate of every step',
  called: 'before every training step, on the host',
  option: 'schedule',
  fallback: { words: 'constant, 0.01', make: () => constant(0.01) },
  shape: object({ ...named, learningRate: method() }),
});

/** Which values the variables take in evaluation. */
export const EVALUATION_WEIGHTS: SingleRole<EvaluationWeights> = role('EVALUATION_WEIGHTS', {
  purpose: 'which weights to evaluate with',
  called: 'at every evaluation and prediction',
  fallback: {
    words: 'the trained ones',
    make: () => ({ name: 'trained weights', substitutes: () => new Map() }),
  },
  shape: object({ ...named, substitutes: method() }),
});

/** Logits to logits `[batch, outputs]` in evaluation and prediction, in order. */
export const POSTHOC_TRANSFORMS: ListRole<PosthocTransform> = listRole('POSTHOC_TRANSFORMS', {
  purpose: 'logits to logits [batch, outputs], in evaluation',
  called: 'for every batch of an evaluation or prediction; never in training',
  shape: object({ ...named, task, transform: method(tensor) }),
});

/** What an evaluation measures: the task's metrics, then these; one of the same name takes the place of the task's. */
export const METRICS: ListRole<Metric> = listRole('METRICS', {
  purpose: "what an evaluation measures, beside the task's own metrics",
  called: '`start` once per evaluation, `add` for every batch of it',
  option: 'metrics',
  identity: false,
  fallback: {
    words: "the task's, which stay: accuracy",
    make: ({ resolve }) => resolve(TASK).metrics(),
  },
  shape: object({
    name: text,
    task,
    start: method(object({ add: method(), result: method() })),
  }),
});

/** Look at the network at the end of an epoch, awaited, in order. */
export const INSPECTORS: ListRole<Inspector> = listRole('INSPECTORS', {
  purpose: 'look at the network between epochs',
  called: '`isDue` at the end of every epoch, before `epoch-end`; `inspect` where it is due',
  identity: false,
  shape: object({ name: text, isDue: method(), inspect: asyncMethod() }),
});

/** Where checkpoints are kept and when they are due. */
export const CHECKPOINTS: SingleRole<CheckpointStore> = role('CHECKPOINTS', {
  purpose: 'where checkpoints are kept',
  called: '`isDue` after every batch and every epoch, last of all',
  identity: false,
  fallback: { words: 'the newest in memory, when asked for', make: () => memoryCheckpoints() },
  shape: object({
    name: text,
    begin: optional(asyncMethod()),
    isDue: method(),
    save: asyncMethod(),
    load: asyncMethod(),
  }),
});

/** The processes that train one network together. */
export const REPLICAS: SingleRole<Replicas> = role('REPLICAS', {
  purpose: 'the processes that train together: which rows are whose, and what all of them agree on',
  called:
    '`join` first of all; `agree` after every batch and every epoch; the others where there is something to share',
  identity: false, // how many they are changes a run by rounding only
  fallback: { words: 'one process', make: () => oneProcess },
  shape: object({
    name: text,
    size: count,
    leads: flag,
    join: asyncMethod(),
    share: method(),
    stepInputs: optional(method()),
    agree: asyncMethod(),
    gather: asyncMethod(),
    fromLeader: asyncMethod(),
    verify: asyncMethod(),
    failed: asyncMethod(),
  }),
});

/** The core's roles in the order in which the loop uses them. */
export const CORE_ROLES = [
  REPLICAS,
  TASK,
  DATASET,
  SAMPLER,
  BALANCED_SAMPLER,
  BATCH_TRANSFORMS,
  BACKBONE,
  FEATURE_TRANSFORMS,
  CLASSIFIER,
  INITIAL_WEIGHTS,
  LOGIT_TRANSFORMS,
  LOSS,
  AUXILIARY_LOSSES,
  PENALTIES,
  TRAINABLE,
  GRADIENTS,
  GRADIENT_TRANSFORMS,
  OPTIMIZER,
  STEP_COMPILER,
  SCHEDULE,
  EVALUATION_WEIGHTS,
  POSTHOC_TRANSFORMS,
  METRICS,
  INSPECTORS,
  CHECKPOINTS,
] as const;
