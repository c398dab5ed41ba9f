import type { BatchTransform, Dataset, DatasetDefinition } from './dataset.js';
import type { BackboneDefinition, ClassifierDefinition, FeatureTransformDefinition } from './layers.js';
import type { InitialWeights } from './initial-weights.js';
import type { Inspector } from './inspector.js';
import type { Metric } from './metric.js';
import { listRole, singleRole } from './roles.js';
import type { ListRole, SingleRole } from './roles.js';
import type { SamplerDefinition } from './sampler.js';
import type { StepCompiler } from './step-compiler.js';
import type {
  EvaluationWeights,
  GradientTransform,
  LogitTransform,
  Loss,
  OptimizerDefinition,
  Penalty,
  PosthocTransform,
  Schedule,
  TrainableRule,
} from './step.js';
import type { CheckpointStore } from './checkpoint-store.js';

/** The examples: a data set, or the definition of one that is loaded when first needed. Required. */
export const DATASET: SingleRole<Dataset | DatasetDefinition> = singleRole(
  'DATASET',
  'where examples come from',
);
/** Which training examples form which batch; default: every example once per epoch, shuffled, or a free balanced sampler. */
export const SAMPLER: SingleRole<SamplerDefinition> = singleRole(
  'SAMPLER',
  'which examples form which batch',
);
/** Balanced batches for plugins that embed them (they `claim` it); unclaimed, they fill SAMPLER. Default: class-balanced. */
export const BALANCED_SAMPLER: SingleRole<SamplerDefinition> = singleRole(
  'BALANCED_SAMPLER',
  'balanced batches, for plugins that embed them; without such a plugin they fill SAMPLER',
);
/** Change a training batch on the host, in order, before the step. Default: none. */
export const BATCH_TRANSFORMS: ListRole<BatchTransform> = listRole(
  'BATCH_TRANSFORMS',
  'change a batch on the host',
);
/** Give variables their first values, in order, in place of their initializers. Default: none. */
export const INITIAL_WEIGHTS: ListRole<InitialWeights> = listRole(
  'INITIAL_WEIGHTS',
  'give variables their first values',
);
/** Images `[batch, ...exampleShape]` to features `[batch, d]`. Required. */
export const BACKBONE: SingleRole<BackboneDefinition> = singleRole(
  'BACKBONE',
  'images to features [batch, d]',
);
/** Features to features before the classifier, in order, in training and evaluation. Default: none. */
export const FEATURE_TRANSFORMS: ListRole<FeatureTransformDefinition> = listRole(
  'FEATURE_TRANSFORMS',
  'features to features, before the classifier',
);
/** Features `[batch, d]` to logits `[batch, classes]`. Default: linear. */
export const CLASSIFIER: SingleRole<ClassifierDefinition> = singleRole(
  'CLASSIFIER',
  'features to logits [batch, classes]',
);
/** Logits to logits `[batch, classes]` in training, in order, before the loss. Default: none. */
export const LOGIT_TRANSFORMS: ListRole<LogitTransform> = listRole(
  'LOGIT_TRANSFORMS',
  'logits to logits, in training',
);
/** Logits and targets to a scalar. Default: softmax cross-entropy. */
export const LOSS: SingleRole<Loss> = singleRole('LOSS', 'logits and targets to a scalar');
/** Terms added to the loss that depend on weights. Default: none. */
export const PENALTIES: ListRole<Penalty> = listRole('PENALTIES', 'terms added to the loss');
/** Rules that say which variables a batch of a tag may change; all must agree. Default: everything. */
export const TRAINABLE: ListRole<TrainableRule> = listRole('TRAINABLE', 'which variables a batch may change');
/** Gradients to gradients, in order, before the optimizer. Default: none. */
export const GRADIENT_TRANSFORMS: ListRole<GradientTransform> = listRole(
  'GRADIENT_TRANSFORMS',
  'gradients to gradients',
);
/** Gradients to new weights. Default: SGD with momentum 0.9. */
export const OPTIMIZER: SingleRole<OptimizerDefinition> = singleRole('OPTIMIZER', 'gradients to new weights');
/** Makes the step of each tag fast. Default: the step runs op by op. */
export const STEP_COMPILER: SingleRole<StepCompiler> = singleRole('STEP_COMPILER', 'makes steps fast');
/** The learning rate of every step. Default: constant, 0.01. */
export const SCHEDULE: SingleRole<Schedule> = singleRole('SCHEDULE', 'the learning rate of every step');
/** Which values the variables take in evaluation. Default: the trained ones. */
export const EVALUATION_WEIGHTS: SingleRole<EvaluationWeights> = singleRole(
  'EVALUATION_WEIGHTS',
  'which weights to evaluate with',
);
/** Logits to logits `[batch, classes]` in evaluation and prediction, in order. Default: none. */
export const POSTHOC_TRANSFORMS: ListRole<PosthocTransform> = listRole(
  'POSTHOC_TRANSFORMS',
  'logits to logits, in evaluation',
);
/** What an evaluation measures. Default: accuracy. */
export const METRICS: ListRole<Metric> = listRole('METRICS', 'what an evaluation measures');
/** Look at the network at the end of an epoch, awaited, in order. Default: none. */
export const INSPECTORS: ListRole<Inspector> = listRole('INSPECTORS', 'look at the network between epochs');
/** Where checkpoints are kept and when they are due. Default: the newest in memory, when asked for. */
export const CHECKPOINTS: SingleRole<CheckpointStore> = singleRole(
  'CHECKPOINTS',
  'where checkpoints are kept',
);
