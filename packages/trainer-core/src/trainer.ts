import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './contract/step.js';
import * as roles from './contract/core-roles.js';
import type { Dataset, ExampleSource } from './contract/dataset.js';
import type { NetworkView, PredictingNetwork } from './contract/inspector.js';
import type { VariableInfo } from './contract/layers.js';
import type { MetricContext, MetricValues } from './contract/metric.js';
import type { Hooks, Requests } from './contract/plugin.js';
import type { PlainStep, StepCompiler } from './contract/step-compiler.js';
import { restoreSnapshot, takeSnapshot } from './checkpoint/snapshot.js';
import type { SnapshotParts } from './checkpoint/snapshot.js';
import type { Assembly } from './di/assemble.js';
import { explain } from './di/explain.js';
import { evaluateOptions, fitOptions, resumeOptions } from './call-options.js';
import { trainerErrors } from './errors.js';
import { BatchReader } from './loop/batch-reader.js';
import { asForward, forEachLogits, measure, posthoc, withEvaluationWeights } from './loop/evaluation.js';
import type { Evaluator } from './loop/evaluation.js';
import { FitLoop } from './loop/fit.js';
import type { FitOptions, FitParts, FitResult } from './loop/fit.js';
import { checkDataset } from './loop/check-dataset.js';
import { buildNetwork } from './loop/network.js';
import type { Network } from './loop/network.js';
import { freshRun } from './loop/run-state.js';
import type { RunState } from './loop/run-state.js';
import { asPlainStep, buildStep } from './loop/training-step.js';
import { VariableStore } from './loop/variable-store.js';
import { normalised } from './sampling/class-index.js';
import { shotGroupsOf } from './metrics/shot-groups.js';

/** Which examples an evaluation reads. */
export type Split = 'train' | 'validation' | 'test';

/** The numbers that a trainer is made with. */
export interface TrainerSettings {
  readonly seed: number;
  readonly batchSize: number;
  readonly evaluationBatchSize: number;
}

/** Data, network and optimizer, made when they are first needed. */
interface Prepared {
  readonly dataset: Dataset;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly evaluator: Evaluator;
  readonly metricContext: MetricContext;
  readonly view: NetworkView;
}

/** A network in training, and everything that goes with it; made by `createTrainer`. */
export class Trainer {
  /** What happens in this trainer, for code outside a plugin. */
  readonly hooks: Hooks;
  /** What code outside a plugin may ask. */
  readonly requests: Requests;
  readonly #assembly: Assembly;
  readonly #settings: TrainerSettings;
  readonly #store: VariableStore;
  readonly #steps = new Map<string, ReturnType<StepCompiler['compile']>>();
  /** The network in evaluation mode. */
  #forward: ReturnType<StepCompiler['compile']> | undefined;
  #run: RunState = freshRun();
  #prepared: Promise<Prepared> | undefined;
  /** Whether the variables hold what INITIAL_WEIGHTS gives them, or a checkpoint's values. */
  #initialised = false;
  #running: { readonly call: string; readonly done: Promise<unknown> } | undefined;
  /** Whether the checkpoints in the store are this run's: it has saved to it, or resumed from it. */
  #ownsCheckpoints = false;
  #disposed = false;

  /** @internal */
  constructor(assembly: Assembly, settings: TrainerSettings) {
    this.#assembly = assembly;
    this.#settings = settings;
    this.#store = new VariableStore(settings.seed);
    this.hooks = assembly.hub.hooksFor('the caller');
    this.requests = assembly.requests;
  }

  /** Every plugin in order and every role, who fills it, and why; as text. */
  explain(): string {
    if (this.#disposed) throw trainerErrors.DISPOSED({ call: 'explain' });
    return explain(this.#assembly.placed, this.#assembly.roles.accounts());
  }

  /**
   * Trains until `epochs` epochs are done in all; called again with more epochs it goes on. Observers' failures, a loss
   * that is not finite and the failures of plugins reject; what was done until then can be saved.
   */
  async fit(options: FitOptions): Promise<FitResult> {
    const settings = fitOptions.read(options);
    const { epochs } = settings;
    this.#assembly.requests.clear();
    return this.#exclusively('fit', async () => {
      const prepared = await this.#prepare();
      const { dataset, network, optimizer, evaluator, metricContext, view } = prepared;
      const { resolve } = this.#assembly.roles;
      const { seed, batchSize } = this.#settings;
      const compiler = resolve(roles.STEP_COMPILER);
      const compile = (tag: string) =>
        compiler.compile(asPlainStep(buildStep(resolve, network, optimizer, this.#store, tag)), {
          name: tag,
        });
      const stepFor = (tag: string): PlainStep => {
        const step = this.#steps.get(tag) ?? compile(tag);
        this.#steps.set(tag, step);
        return step;
      };
      const { labels } = dataset.train;
      const parts: FitParts = {
        assembly: this.#assembly,
        dataset,
        evaluator,
        metricContext,
        view,
        stepFor,
        seed,
        batchSize,
        sampler: resolve(roles.SAMPLER).build({
          labels,
          classCounts: dataset.classCounts,
          batchSize,
          epochs,
        }),
        reader: new BatchReader(resolve, dataset, seed),
        snapshot: () => takeSnapshot(this.#snapshotParts(prepared), this.#run),
        onSaved: () => (this.#ownsCheckpoints = true),
      };
      await resolve(roles.CHECKPOINTS).begin?.({ resumed: this.#ownsCheckpoints });
      return new FitLoop(parts, this.#run, settings).run();
    });
  }

  /** The metrics of a part of the data; default: `validation` if there is one, else `test`. */
  async evaluate(options: { readonly split?: Split } = {}): Promise<MetricValues> {
    const { split: asked } = evaluateOptions.read(options);
    return this.#exclusively('evaluate', async () => {
      const { dataset, evaluator, metricContext } = await this.#prepare();
      const split = asked ?? (dataset.validation ? 'validation' : 'test');
      const source = dataset[split];
      if (source === undefined) {
        const available = (['train', 'validation', 'test'] as const).filter((name) => dataset[name]);
        throw trainerErrors.UNKNOWN_SPLIT({ split, dataset: dataset.name, available });
      }
      return measure(
        evaluator,
        source,
        this.#assembly.roles.resolve(roles.METRICS),
        metricContext,
        () => undefined,
      );
    });
  }

  /** Logits `[size, classes]`, row by row, of examples in evaluation mode; post-hoc transforms apply. */
  async predict(source: ExampleSource): Promise<Float32Array> {
    return this.#exclusively('predict', async () => {
      const { dataset, evaluator } = await this.#prepare();
      const all = new Float32Array(source.size * dataset.classNames.length);
      let at = 0;
      await forEachLogits(evaluator, source, (logits) => {
        all.set(logits, at);
        at += logits.length;
      });
      return all;
    });
  }

  /**
   * Lends the network as `predict` runs it for as long as `work` takes: to export it, or to look into it. Its tensors are
   * the caller's to dispose. As with every call, awaiting `dispose` inside of it would wait for itself.
   */
  async withNetwork<Result>(work: (network: PredictingNetwork) => Promise<Result>): Promise<Result> {
    return this.#exclusively('withNetwork', async () => {
      const { dataset, network, evaluator } = await this.#prepare();
      return withEvaluationWeights(evaluator.resolve, () =>
        work({
          dataset,
          features: (images) => tf.tidy(() => network.evaluateBackbone(images)),
          logits: (features) => tf.tidy(() => posthoc(evaluator, network.evaluateHead(features).logits)),
        }),
      );
    });
  }

  /** Saves a checkpoint now; returns where it can be resumed from. */
  async save(): Promise<string> {
    return this.#exclusively('save', async () => {
      const store = this.#assembly.roles.resolve(roles.CHECKPOINTS);
      await store.begin?.({ resumed: this.#ownsCheckpoints });
      const bytes = await takeSnapshot(this.#snapshotParts(await this.#prepare()), this.#run);
      const { position, evaluatedAt } = this.#run;
      const evaluation = evaluatedAt === position.step ? this.#run.evaluation : undefined;
      const location = await store.save({ position, reason: 'request', evaluation, bytes });
      this.#ownsCheckpoints = true;
      return location;
    });
  }

  /**
   * Goes back to a checkpoint, by default the newest: the next `fit` goes on from there exactly as the unbroken run.
   * Returns false when there is none and `optional` is set; else throws NOTHING_TO_RESUME.
   */
  async resume(location?: string, options: { readonly optional?: boolean } = {}): Promise<boolean> {
    const { optional } = resumeOptions.read(options);
    return this.#exclusively('resume', async () => {
      const store = this.#assembly.roles.resolve(roles.CHECKPOINTS);
      const bytes = await store.load(location);
      if (bytes === undefined) {
        if (optional) return false;
        throw trainerErrors.NOTHING_TO_RESUME({ location, store: store.name });
      }
      const source = store.loadedFrom ?? location ?? store.name;
      this.#run = await restoreSnapshot(this.#snapshotParts(await this.#prepare('resuming')), bytes, source);
      this.#initialised = true;
      this.#ownsCheckpoints = true;
      return true;
    });
  }

  /** The variables with their names, once the network is built: empty before the first fit, evaluate or resume. */
  variables(): readonly VariableInfo[] {
    return this.#store.all();
  }

  /**
   * Ends every stream, calls the plugins' teardowns in reverse order and frees every tensor; work under way is stopped
   * and awaited first. When teardowns throw, everything else is done before the first of their errors is thrown.
   */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#assembly.requests.requestStop('disposed');
    await this.#running?.done.catch(() => undefined);
    this.#assembly.hub.complete();
    const failures: unknown[] = [];
    for (const teardown of this.#assembly.teardowns) {
      try {
        teardown();
      } catch (error) {
        failures.push(error);
      }
    }
    for (const step of this.#steps.values()) step.dispose();
    this.#forward?.dispose();
    this.#store.dispose();
    await this.#assembly.container.dispose();
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Data, network at its first values, and optimizer; a failure to make them is forgotten, so that the next call tries again.
   * A run that resumes needs no first values; where that fails, they are still to be had.
   */
  async #prepare(purpose: 'beginning' | 'resuming' = 'beginning'): Promise<Prepared> {
    if (purpose === 'beginning' && !this.#initialised) this.#forget();
    this.#prepared ??= this.#makeReady(purpose);
    try {
      const prepared = await this.#prepared;
      this.#initialised ||= purpose === 'beginning';
      return prepared;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#prepared = undefined;
    this.#forward?.dispose();
    this.#store.dispose();
  }

  async #makeReady(purpose: 'beginning' | 'resuming'): Promise<Prepared> {
    const { resolve } = this.#assembly.roles;
    const data = resolve(roles.DATASET);
    const dataset = 'load' in data ? await data.load() : data;
    checkDataset(dataset);
    const { classNames, classCounts } = dataset;
    const network = buildNetwork(resolve, this.#store, dataset.train.exampleShape, classNames.length);
    const datasetPrior = [...normalised(classCounts)];
    const { seed, evaluationBatchSize: batchSize } = this.#settings;
    const metricContext: MetricContext = {
      classes: classNames.length,
      classNames,
      classCounts,
      shotGroups: dataset.shotGroups ?? shotGroupsOf(classCounts),
    };
    const view = (): NetworkView => ({
      ...metricContext,
      dataset,
      seed,
      variables: this.#store.all(),
      forward: network.evaluate,
    });
    if (purpose === 'beginning') {
      for (const weights of resolve(roles.INITIAL_WEIGHTS)) await weights.initialise(view());
    }
    const optimizer = resolve(roles.OPTIMIZER).build(this.#store.scope('optimizer'), this.#store.weights());
    this.#forward = resolve(roles.STEP_COMPILER).compile(asForward(network), { name: 'evaluation' });
    const evaluator: Evaluator = { resolve, forward: this.#forward, datasetPrior, batchSize };
    return { dataset, network, optimizer, evaluator, metricContext, view: view() };
  }

  #snapshotParts({ dataset }: Prepared): SnapshotParts {
    const { seed, batchSize } = this.#settings;
    return { assembly: this.#assembly, dataset, variables: this.#store.all(), seed, batchSize };
  }

  async #exclusively<Result>(call: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#disposed) throw trainerErrors.DISPOSED({ call });
    if (this.#running) throw trainerErrors.BUSY({ call, running: this.#running.call });
    const done = work();
    this.#running = { call, done };
    try {
      return await done;
    } finally {
      this.#running = undefined;
    }
  }
}
