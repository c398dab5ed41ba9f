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
export { trainerErrors } from './errors.js';
export { optionErrors } from './option-errors.js';
export { fromCheckpoint } from './checkpoint/from-checkpoint.js';
export { memoryCheckpoints } from './checkpoint/memory-checkpoints.js';
export { Trainer } from './trainer.js';
export { createRandom } from './random/random-stream.js';
export { drawBeta } from './random/draw-beta.js';
export { countClasses, indicesByClass, normalised } from './sampling/class-index.js';
export { Deck } from './sampling/deck.js';
export { planFromFunction, planFromIndices } from './sampling/list-plan.js';
export { cosineClassifier } from './classifiers/cosine-classifier.js';
export { mapLogits } from './classifiers/map-logits.js';
export { linearClassifier } from './classifiers/linear-classifier.js';
export { exponentialMovingAverage } from './ema/ema.js';
export { filled, heNormal, ones, uniform, zeros } from './initializers/initializers.js';
export { combineEvaluations } from './gradients/combine.js';
export { microBatches } from './gradients/micro-batches.js';
export { meanOverRanks, momentsOverRanks } from './replicas/over-ranks.js';
export { binaryCrossEntropy } from './losses/binary-cross-entropy.js';
export { meanSquaredError } from './losses/mean-squared-error.js';
export { crossEntropyWithLogits, softmaxCrossEntropy } from './losses/softmax-cross-entropy.js';
export { accuracy } from './metrics/accuracy.js';
export { calibration } from './metrics/calibration.js';
export { multiLabelScores } from './metrics/multi-label-scores.js';
export { regressionErrors } from './metrics/regression-errors.js';
export { shotGroupsOf } from './metrics/shot-groups.js';
export { topK } from './metrics/top-k.js';
export { valuesOf } from './metrics/values-of.js';
export { adam, adamW } from './optimizers/adam.js';
export { sgd } from './optimizers/sgd.js';
export { classBalanced } from './sampling/class-balanced.js';
export { instanceBalanced } from './sampling/instance-balanced.js';
export { interpolated, squareRoot } from './sampling/interpolated.js';
export { progressive } from './sampling/progressive.js';
export { constant } from './schedules/constant.js';
export { cosine } from './schedules/cosine.js';
export { multiStep } from './schedules/multi-step.js';
export { oneCycle } from './schedules/one-cycle.js';
export { VariableStore } from './session/variable-store.js';
export { classification } from './tasks/classification.js';
export { multiLabel } from './tasks/multi-label.js';
export { regression } from './tasks/regression.js';
export { clipByGlobalNorm, clipByValue } from './transforms/clipping.js';
export { cutout } from './transforms/cutout.js';
export { mixedRows } from './transforms/mixed-rows.js';
export { mixup } from './transforms/mixup.js';

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
  Resolve,
  RoleRegistry,
  SetupContext,
  StateRegistry,
  StateValue,
  TrainerPlugin,
} from './contract/plugin.js';
export type { CommonState, Replicas, RowShare, Wishes } from './contract/replicas.js';
export type { FallbackContext, ListRole, Role, RoleDeclaration, SingleRole } from './contract/roles.js';
export type { Shape, Watch } from './contract/shape.js';
export type { DataInput, JoinedTask, SamplerData, Task } from './contract/task.js';
export type { BatchPlan, EpochPlan, Sampler, SamplerContext, SamplerDefinition } from './contract/sampler.js';
export type {
  CompiledPlainStep,
  CompileOptions,
  Draw,
  PlainStep,
  Precision,
  StepCompiler,
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
export type { MicroBatchesOptions } from './gradients/micro-batches.js';
export type { RowMoments } from './replicas/over-ranks.js';
export type { FitOptions, FitResult } from './session/fit-options.js';
export type { EpochRecord } from './session/run-state.js';
export type { ResumeOptions, Split } from './trainer.js';
export type { RandomStream, StreamPart } from './random/random-stream.js';
export type { CosineClassifierOptions } from './classifiers/cosine-classifier.js';
export type { LinearClassifierOptions } from './classifiers/linear-classifier.js';
export type { ExponentialMovingAverageOptions } from './ema/ema.js';
export type { HeNormalOptions } from './initializers/initializers.js';
export type { SoftmaxCrossEntropyOptions } from './losses/softmax-cross-entropy.js';
export type { Accuracy } from './metrics/accuracy.js';
export type { CalibrationOptions } from './metrics/calibration.js';
export type { MultiLabelScores } from './metrics/multi-label-scores.js';
export type { ShotGroupOptions } from './metrics/shot-groups.js';
export type { AdamOptions } from './optimizers/adam.js';
export type { SgdOptions } from './optimizers/sgd.js';
export type { InstanceBalancedOptions } from './sampling/instance-balanced.js';
export type { InterpolatedOptions } from './sampling/interpolated.js';
export type { CosineOptions } from './schedules/cosine.js';
export type { MultiStepOptions } from './schedules/multi-step.js';
export type { OneCycleOptions } from './schedules/one-cycle.js';
export type { CutoutOptions } from './transforms/cutout.js';
export type { MixupOptions } from './transforms/mixup.js';
