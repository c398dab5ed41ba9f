import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { Assembly } from '../assembly/assemble.js';
import type { Attribution } from '../assembly/attribution.js';
import type { CheckpointStore } from '../contract/checkpoint-store.js';
import type { BatchTransform, Dataset } from '../contract/dataset.js';
import type { Inspector, NetworkView } from '../contract/inspector.js';
import type { Replicas, RowShare } from '../contract/replicas.js';
import type { SamplerDefinition } from '../contract/sampler.js';
import type { Schedule } from '../contract/step.js';
import type { CompiledPlainStep, PlainStep, Precision, StepPrecision } from '../contract/step-compiler.js';
import type { JoinedTask } from '../contract/task.js';
import * as roles from '../roles/core-roles.js';
import { buildStep } from '../step/training-step.js';
import type { StepParts } from '../step/training-step.js';
import { checkData } from './check-data.js';
import { dataDigest } from '../parts/data/data-digest.js';
import { asForward } from './evaluation.js';
import type { Evaluator } from './evaluation.js';
import { buildNetwork } from '../step/network.js';
import type { Network } from '../step/network.js';
import type { VariableStore } from '../step/variable-store.js';

/** The numbers that a trainer is made with. */
export interface TrainerSettings {
  readonly seed: number;
  readonly batchSize: number;
  readonly evaluationBatchSize: number;
  readonly precision: Precision;
}

/** What a session takes from its trainer. */
export interface SessionSources {
  readonly assembly: Assembly;
  readonly settings: TrainerSettings;
  readonly store: VariableStore;
}

/** Data, network and optimizer of a trainer, made and joined: the values that its loop works with. */
export interface Session extends SessionSources {
  readonly attribution: Attribution;
  readonly dataset: Dataset;
  /** Of the data set, see `dataDigest`; read once, when it is first asked for. */
  digest(): Promise<string>;
  readonly task: JoinedTask;
  readonly network: Network;
  readonly batchTransforms: readonly BatchTransform[];
  readonly sampler: SamplerDefinition;
  readonly schedule: Schedule;
  readonly inspectors: readonly Inspector[];
  readonly checkpoints: CheckpointStore;
  readonly replicas: Replicas;
  readonly evaluator: Evaluator;
  /** What those who look at the network see. */
  readonly view: NetworkView;
  /** The step of a tag, of one size of batch where processes share it; made when it is first asked for. */
  stepFor(tag: string, share: RowShare): PlainStep;
  /** What compilers say that the steps run in which precision, by tag; without those that say nothing. */
  describeSteps(): ReadonlyMap<string, StepPrecision>;
  /** Lets compiled steps of training see, in their next calls, whether they still do what they did. */
  lookAtSteps(): void;
  /** Frees what compiled steps keep; variables are the store's. */
  dispose(): void;
}

/** Loads the data and builds the network; for a run that begins it also takes the first values of INITIAL_WEIGHTS. */
export async function openSession(
  { assembly, settings, store }: SessionSources,
  purpose: 'beginning' | 'resuming',
): Promise<Session> {
  const { resolve, attribution } = assembly.roles;
  const { seed, precision, evaluationBatchSize } = settings;
  const data = resolve(roles.DATASET);
  const dataset = 'load' in data ? await data.load() : data;
  await checkData(dataset);
  const task = resolve(roles.TASK).join(dataset);
  let known: Promise<string> | undefined;
  /** Asked for once, unless reading fails. */
  const digest = async (): Promise<string> => {
    known ??= dataDigest(dataset);
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
  const network = buildNetwork(
    {
      backbone: resolve(roles.BACKBONE),
      featureTransforms: resolve(roles.FEATURE_TRANSFORMS),
      classifier: resolve(roles.CLASSIFIER),
      attribution,
    },
    store,
    dataset.train.exampleShape,
    task.outputs,
  );
  const auxiliaryLosses = resolve(roles.AUXILIARY_LOSSES).map((of) => ({
    of,
    built: of.build(store.scope('auxiliary').child(of.name), network.sizes),
  }));
  const view = (): NetworkView => ({
    ...task.metricContext,
    dataset,
    seed,
    variables: store.all(),
    forward: network.evaluate,
  });
  if (purpose === 'beginning') {
    for (const weights of resolve(roles.INITIAL_WEIGHTS)) await weights.initialise(view());
  }
  const optimizer = resolve(roles.OPTIMIZER).build(store.scope('optimizer'), store.weights());
  const compiler = resolve(roles.STEP_COMPILER);
  const where = () => attribution.whereabouts();
  const compile = <Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
    step: PlainStep<Inputs, Outputs>,
    name: string,
  ): CompiledPlainStep<Inputs, Outputs> =>
    compiler.compile(step, { name, where, ...(precision !== 'float32' && { precision }) });
  const forward = compile(asForward(network), 'evaluation');
  const parts: StepParts = {
    network,
    auxiliaryLosses,
    optimizer,
    attribution,
    logitTransforms: resolve(roles.LOGIT_TRANSFORMS),
    loss: resolve(roles.LOSS),
    penalties: resolve(roles.PENALTIES),
    rules: resolve(roles.TRAINABLE),
    gradients: resolve(roles.GRADIENTS),
    gradientTransforms: resolve(roles.GRADIENT_TRANSFORMS),
    weights: store.weights(),
    batchSize: settings.batchSize,
    variables: store.all(),
  };
  const replicas = resolve(roles.REPLICAS);
  const steps = new Map<string, CompiledPlainStep>();
  return {
    assembly,
    settings,
    store,
    attribution,
    dataset,
    digest,
    task,
    network,
    batchTransforms: resolve(roles.BATCH_TRANSFORMS),
    sampler: resolve(roles.SAMPLER),
    schedule: resolve(roles.SCHEDULE),
    inspectors: resolve(roles.INSPECTORS),
    checkpoints: resolve(roles.CHECKPOINTS),
    replicas,
    evaluator: {
      task,
      replicas,
      forward,
      attribution,
      metrics: resolve(roles.METRICS),
      posthocTransforms: resolve(roles.POSTHOC_TRANSFORMS),
      evaluationWeights: resolve(roles.EVALUATION_WEIGHTS),
      batchSize: evaluationBatchSize,
    },
    view: view(),
    stepFor(tag, { from, to, of }) {
      // Rows at hand may be as many for batches of other sizes.
      const wholeRows = to - from < of ? of : undefined;
      const key = wholeRows === undefined ? tag : `${tag} of ${wholeRows}`;
      const step = steps.get(key) ?? compile(buildStep(parts, tag, wholeRows), tag);
      steps.set(key, step);
      return step;
    },
    describeSteps() {
      const all = [...steps, ['evaluation', forward] as const];
      return new Map(
        all.flatMap(([tag, step]) => {
          const description = step.describe?.();
          return description ? [[tag, description] as const] : [];
        }),
      );
    },
    lookAtSteps() {
      for (const step of steps.values()) step.look?.();
    },
    dispose() {
      for (const step of steps.values()) step.dispose();
      forward.dispose();
    },
  };
}
