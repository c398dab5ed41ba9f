export {
  AUXILIARY_LOSSES,
  BACKBONE,
  BALANCED_SAMPLER,
  BATCH_TRANSFORMS,
  CHECKPOINTS,
  CLASSIFIER,
  CORE_ROLES,
  DATASET,
  EVALUATION_WEIGHTS,
  FEATURE_TRANSFORMS,
  GRADIENT_TRANSFORMS,
  GRADIENTS,
  INITIAL_WEIGHTS,
  INSPECTORS,
  LOGIT_TRANSFORMS,
  LOSS,
  METRICS,
  OPTIMIZER,
  PENALTIES,
  POSTHOC_TRANSFORMS,
  REPLICAS,
  SAMPLER,
  SCHEDULE,
  STEP_COMPILER,
  TASK,
  TRAINABLE,
} from './roles/core-roles.js';
export { warn } from './errors/warn.js';
export { definePlugin, PLUGIN_API_VERSION } from './contract/define-plugin.js';
export { listRole, role } from './contract/roles.js';
export {
  anything,
  asyncMethod,
  count,
  either,
  flag,
  list,
  method,
  object,
  optional,
  text,
} from './contract/shape.js';
export { createTrainer } from './create-trainer.js';
export { trainerErrors } from './errors/trainer-errors.js';
export { optionErrors } from './errors/option-errors.js';
export { fromCheckpoint } from './checkpoint/from-checkpoint.js';
export { memoryCheckpoints } from './parts/checkpoints/memory-checkpoints.js';
export { Trainer } from './trainer.js';
export { createRandom } from './random/random-stream.js';
export { drawBeta } from './random/draw-beta.js';
export { countClasses, indicesByClass, normalised } from './parts/sampling/class-index.js';
export { Deck } from './parts/sampling/deck.js';
export { planFromFunction, planFromIndices } from './parts/sampling/list-plan.js';
export { cosineClassifier } from './parts/classifiers/cosine-classifier.js';
export { mapLogits } from './parts/classifiers/map-logits.js';
export { linearClassifier } from './parts/classifiers/linear-classifier.js';
export { exponentialMovingAverage } from './plugins/ema.js';
export { filled, heNormal, ones, uniform, zeros } from './parts/initializers/initializers.js';
export { combineEvaluations } from './parts/gradients/combine.js';
export { microBatches } from './plugins/micro-batches.js';
export { meanOverRanks, momentsOverRanks } from './parts/replicas/over-ranks.js';
export { binaryCrossEntropy } from './parts/losses/binary-cross-entropy.js';
export { meanSquaredError } from './parts/losses/mean-squared-error.js';
export { crossEntropyWithLogits, softmaxCrossEntropy } from './parts/losses/softmax-cross-entropy.js';
export { accuracy } from './parts/metrics/accuracy.js';
export { calibration } from './parts/metrics/calibration.js';
export { multiLabelScores } from './parts/metrics/multi-label-scores.js';
export { regressionErrors } from './parts/metrics/regression-errors.js';
export { shotGroupsOf } from './parts/metrics/shot-groups.js';
export { topK } from './parts/metrics/top-k.js';
export { valuesOf } from './parts/metrics/values-of.js';
export { adam, adamW } from './parts/optimizers/adam.js';
export { sgd } from './parts/optimizers/sgd.js';
export { classBalanced } from './parts/sampling/class-balanced.js';
export { instanceBalanced } from './parts/sampling/instance-balanced.js';
export { interpolated, squareRoot } from './parts/sampling/interpolated.js';
export { progressive } from './parts/sampling/progressive.js';
export { constant } from './parts/schedules/constant.js';
export { cosine } from './parts/schedules/cosine.js';
export { hasBegun } from './parts/schedules/has-begun.js';
export { multiStep } from './parts/schedules/multi-step.js';
export { oneCycle } from './parts/schedules/one-cycle.js';
export { VariableStore } from './step/variable-store.js';
export { classification } from './parts/tasks/classification.js';
export { multiLabel } from './parts/tasks/multi-label.js';
export { regression } from './parts/tasks/regression.js';
export { clipByGlobalNorm, clipByValue } from './parts/gradients/clipping.js';
export { cutout } from './plugins/cutout.js';
export { mixedRows } from './plugins/mixed-rows.js';
export { mixup } from './plugins/mixup.js';

export type {
  BatchTransform,
  BatchTransformContext,
  ClassBatch,
  ClassBatchContext,
  ClassDataset,
  Dataset,
  DatasetDefinition,
  ExampleSource,
  HostBatch,
  LabelledSource,
  Normalisation,
  RandomOfRow,
  ShotGroup,
  TargetDataset,
  TargetSource,
} from './contract/dataset.js';
export type { CheckpointPlace, CheckpointRecord, CheckpointStore } from './contract/checkpoint-store.js';
export type {
  BatchEnd,
  BatchEvent,
  BatchStart,
  CheckpointReason,
  CheckpointSaved,
  DataFacts,
  EpochEnd,
  EpochEvent,
  EpochStart,
  EvaluationEnd,
  EvaluationProgress,
  EvaluationStart,
  FitEnd,
  FitStart,
  InspectionEnd,
  Position,
  StepEnd,
  StepEvent,
  StepStart,
  TrainerEvent,
} from './contract/events.js';
export type {
  BackboneDefinition,
  BatchRanks,
  Classifier,
  ClassifierDefinition,
  ExpertLogits,
  FeatureTransformDefinition,
  Initializer,
  Layer,
  LayerContext,
  NetworkPart,
  VariableInfo,
  VariableScope,
  WeightOptions,
} from './contract/layers.js';
export type { CheckpointSource, InitialWeights } from './contract/initial-weights.js';
export type {
  ClassInspection,
  ClassNetworkView,
  Inspection,
  Inspector,
  NetworkStages,
  NetworkView,
  PredictingNetwork,
} from './contract/inspector.js';
export type {
  ClassMetricContext,
  Metric,
  MetricAccumulator,
  MetricContext,
  MetricValues,
} from './contract/metric.js';
export type {
  GivenOptions,
  Hooks,
  Persistent,
  PluginInput,
  Requests,
  RoleRegistry,
  SetupContext,
  StateRegistry,
  StateValue,
  TrainerPlugin,
} from './contract/plugin.js';
export type { CommonState, Replicas, RowShare, Wishes } from './contract/replicas.js';
export type {
  FallbackContext,
  ListRole,
  Role,
  RoleDeclaration,
  SingleRole,
  Resolve,
} from './contract/roles.js';
export type { Shape, Watch } from './contract/shape.js';
export type { DataInput, JoinedTask, SamplerData, Task } from './contract/task.js';
export type { Configured } from './contract/configured.js';
export type { BatchPlan, EpochPlan, Sampler, SamplerContext, SamplerDefinition } from './contract/sampler.js';
export type {
  CompiledPlainStep,
  CompileOptions,
  Draw,
  PlainStep,
  Precision,
  OperationsByPrecision,
  StepCompiler,
  StepPrecision,
} from './contract/step-compiler.js';
export type {
  AuxiliaryLoss,
  BuiltAuxiliaryLoss,
  ClassificationContext,
  ClassificationPosthocContext,
  Evaluate,
  EvaluationPlace,
  EvaluationWeights,
  Gradients,
  GradientsPart,
  GradientTransform,
  LogitTransform,
  Loss,
  Optimizer,
  OptimizerContext,
  OptimizerDefinition,
  Penalty,
  PosthocContext,
  PosthocTransform,
  Schedule,
  SchedulePosition,
  StageSizes,
  StepContext,
  StepEvaluation,
  TrainableRule,
  TrainingStages,
} from './contract/step.js';
export type { FromCheckpointOptions } from './checkpoint/from-checkpoint.js';
export type { TrainerOptions } from './create-trainer.js';
export type { MicroBatchesOptions } from './plugins/micro-batches.js';
export type { RowMoments } from './parts/replicas/over-ranks.js';
export type { FitOptions, FitResult } from './session/fit-options.js';
export type { EpochRecord } from './session/run-state.js';
export type { ResumeOptions, Split } from './trainer.js';
export type { RandomStream, StreamPart } from './random/random-stream.js';
export type { CosineClassifierOptions } from './parts/classifiers/cosine-classifier.js';
export type { LinearClassifierOptions } from './parts/classifiers/linear-classifier.js';
export type { ExponentialMovingAverageOptions } from './plugins/ema.js';
export type { HeNormalOptions } from './parts/initializers/initializers.js';
export type { SoftmaxCrossEntropyOptions } from './parts/losses/softmax-cross-entropy.js';
export type { Accuracy } from './parts/metrics/accuracy.js';
export type { CalibrationOptions } from './parts/metrics/calibration.js';
export type { MultiLabelScores } from './parts/metrics/multi-label-scores.js';
export type { ShotGroupOptions } from './parts/metrics/shot-groups.js';
export type { AdamOptions } from './parts/optimizers/adam.js';
export type { SgdOptions } from './parts/optimizers/sgd.js';
export type { InstanceBalancedOptions } from './parts/sampling/instance-balanced.js';
export type { InterpolatedOptions } from './parts/sampling/interpolated.js';
export type { CosineOptions } from './parts/schedules/cosine.js';
export type { MultiStepOptions } from './parts/schedules/multi-step.js';
export type { OneCycleOptions } from './parts/schedules/one-cycle.js';
export type { CutoutOptions } from './plugins/cutout.js';
export type { MixupOptions } from './plugins/mixup.js';
