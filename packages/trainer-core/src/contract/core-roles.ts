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

/**
 * The examples: a data set, or the definition of one that is loaded when first needed. Required.
 *
 * @remarks Loaded once, when data is first needed; read for every batch.
 */
export const DATASET: SingleRole<Dataset | DatasetDefinition> = singleRole(
  'DATASET',
  'where examples come from',
);
/**
 * Which training examples form which batch; default: every example once per epoch, shuffled, or a free balanced sampler.
 *
 * @remarks Built once per run; `plan` once per epoch, `classPrior` for every batch.
 */
export const SAMPLER: SingleRole<SamplerDefinition> = singleRole(
  'SAMPLER',
  'which examples form which batch',
);
/**
 * Balanced batches for plugins that embed them (they `claim` it); unclaimed, they fill SAMPLER. Default: class-balanced.
 *
 * @remarks As SAMPLER, by the plugin that claims it.
 */
export const BALANCED_SAMPLER: SingleRole<SamplerDefinition> = singleRole(
  'BALANCED_SAMPLER',
  'balanced batches, for plugins that embed them; without such a plugin they fill SAMPLER',
);
/**
 * Change a training batch on the host, in order, before the step. Default: none.
 *
 * @remarks For every training batch, after it is read and before its step, on the host; never in evaluation.
 */
export const BATCH_TRANSFORMS: ListRole<BatchTransform> = listRole(
  'BATCH_TRANSFORMS',
  'change a batch on the host',
);
/**
 * Give variables their first values, in order, in place of their initializers. Default: none.
 *
 * @remarks Once, after the network is built and before the optimizer is; not when a run resumes.
 */
export const INITIAL_WEIGHTS: ListRole<InitialWeights> = listRole(
  'INITIAL_WEIGHTS',
  'give variables their first values',
);
/**
 * Images `[batch, ...exampleShape]` to features `[batch, d]`. Required.
 *
 * @remarks Built once; applied in every training step and every evaluation batch.
 */
export const BACKBONE: SingleRole<BackboneDefinition> = singleRole(
  'BACKBONE',
  'images to features [batch, d]',
);
/**
 * Features to features before the classifier, in order, in training and evaluation. Default: none.
 *
 * @remarks Built once, after the backbone; applied in every training step and every evaluation batch.
 */
export const FEATURE_TRANSFORMS: ListRole<FeatureTransformDefinition> = listRole(
  'FEATURE_TRANSFORMS',
  'features to features, before the classifier',
);
/**
 * Features `[batch, d]` to logits `[batch, classes]`. Default: linear.
 *
 * @remarks Built once, after the feature transforms; applied in every training step and every evaluation batch.
 */
export const CLASSIFIER: SingleRole<ClassifierDefinition> = singleRole(
  'CLASSIFIER',
  'features to logits [batch, classes]',
);
/**
 * Logits to logits `[batch, classes]` in training, in order, before the loss. Default: none.
 *
 * @remarks In every training step, after the classifier; never in evaluation.
 */
export const LOGIT_TRANSFORMS: ListRole<LogitTransform> = listRole(
  'LOGIT_TRANSFORMS',
  'logits to logits, in training',
);
/**
 * Logits and targets to a scalar. Default: softmax cross-entropy.
 *
 * @remarks In every training step, after the logit transforms; never in evaluation.
 */
export const LOSS: SingleRole<Loss> = singleRole('LOSS', 'logits and targets to a scalar');
/**
 * Terms added to the loss that depend on weights. Default: none.
 *
 * @remarks In every training step, after the loss.
 */
export const PENALTIES: ListRole<Penalty> = listRole('PENALTIES', 'terms added to the loss');
/**
 * Rules that say which variables a batch of a tag may change; all must agree. Default: everything.
 *
 * @remarks When the step of a tag is made: the answer is part of the step.
 */
export const TRAINABLE: ListRole<TrainableRule> = listRole('TRAINABLE', 'which variables a batch may change');
/**
 * Gradients to gradients, in order, before the optimizer. Default: none.
 *
 * @remarks In every training step, with the gradients of the weights that TRAINABLE allows.
 */
export const GRADIENT_TRANSFORMS: ListRole<GradientTransform> = listRole(
  'GRADIENT_TRANSFORMS',
  'gradients to gradients',
);
/**
 * Gradients to new weights. Default: SGD with momentum 0.9.
 *
 * @remarks Built once, after the network and its initial weights; applied at the end of every training step.
 */
export const OPTIMIZER: SingleRole<OptimizerDefinition> = singleRole('OPTIMIZER', 'gradients to new weights');
/**
 * Makes the step of each tag fast. Default: the step runs op by op.
 *
 * @remarks When the step of a tag is made.
 */
export const STEP_COMPILER: SingleRole<StepCompiler> = singleRole('STEP_COMPILER', 'makes steps fast');
/**
 * The learning rate of every step. Default: constant, 0.01.
 *
 * @remarks Before every training step, on the host.
 */
export const SCHEDULE: SingleRole<Schedule> = singleRole('SCHEDULE', 'the learning rate of every step');
/**
 * Which values the variables take in evaluation. Default: the trained ones.
 *
 * @remarks At every evaluation and prediction.
 */
export const EVALUATION_WEIGHTS: SingleRole<EvaluationWeights> = singleRole(
  'EVALUATION_WEIGHTS',
  'which weights to evaluate with',
);
/**
 * Logits to logits `[batch, classes]` in evaluation and prediction, in order. Default: none.
 *
 * @remarks For every batch of an evaluation or prediction; never in training.
 */
export const POSTHOC_TRANSFORMS: ListRole<PosthocTransform> = listRole(
  'POSTHOC_TRANSFORMS',
  'logits to logits, in evaluation',
);
/**
 * What an evaluation measures. Default: accuracy.
 *
 * @remarks `start` once per evaluation, `add` for every batch of it.
 */
export const METRICS: ListRole<Metric> = listRole('METRICS', 'what an evaluation measures');
/**
 * Look at the network at the end of an epoch, awaited, in order. Default: none.
 *
 * @remarks `isDue` at the end of every epoch, before `epoch-end`; `inspect` where it is due.
 */
export const INSPECTORS: ListRole<Inspector> = listRole('INSPECTORS', 'look at the network between epochs');
/**
 * Where checkpoints are kept and when they are due. Default: the newest in memory, when asked for.
 *
 * @remarks `isDue` after every batch and every epoch, last of all.
 */
export const CHECKPOINTS: SingleRole<CheckpointStore> = singleRole(
  'CHECKPOINTS',
  'where checkpoints are kept',
);
