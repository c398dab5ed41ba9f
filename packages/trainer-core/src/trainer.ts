import * as tf from '@tensorflow/tfjs-core';
import type { Assembly } from './assembly/assemble.js';
import { explainPrecision } from './assembly/explain-precision.js';
import { explain } from './assembly/explain.js';
import { evaluateOptions, fitOptions, resumeOptions } from './call-options.js';
import type { ExampleSource } from './contract/dataset.js';
import type { PredictingNetwork } from './contract/inspector.js';
import type { VariableInfo } from './contract/layers.js';
import type { MetricValues } from './contract/metric.js';
import type { Hooks, Requests } from './contract/plugin.js';
import { trainerErrors } from './errors/trainer-errors.js';
import type { Replicas } from './contract/replicas.js';
import { CHECKPOINTS, REPLICAS } from './roles/core-roles.js';
import { forEachLogits, measure, posthoc, withEvaluationWeights } from './session/evaluation.js';
import { FitLoop } from './session/fit-loop.js';
import type { FitOptions, FitResult } from './session/fit-options.js';
import { freshRun } from './session/run-state.js';
import type { RunState } from './session/run-state.js';
import { openSession } from './session/session.js';
import type { Session, TrainerSettings } from './session/session.js';
import { keepCheckpoint, restoreSnapshot } from './session/snapshot.js';
import { VariableStore } from './step/variable-store.js';

/** Which examples an evaluation reads. */
export type Split = 'train' | 'validation' | 'test';

/** How a run is resumed. */
export interface ResumeOptions {
  /** Returns false where there is no checkpoint, instead of throwing; default false. */
  readonly optional?: boolean;
  /** Names of roles that are filled otherwise than in the checkpoint, on purpose, such as `SCHEDULE`; default none. */
  readonly changed?: readonly string[];
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
  #run: RunState = freshRun();
  #session: Promise<Session> | undefined;
  /** The session once it is there. */
  #opened: Session | undefined;
  /** Whether the variables hold what INITIAL_WEIGHTS gives them, or a checkpoint's values. */
  #initialised = false;
  #running: { readonly call: string; readonly done: Promise<unknown> } | undefined;
  /** Whether the checkpoints in the store are this run's: it has saved to it, or resumed from it. */
  #ownsCheckpoints = false;
  /** Plugins whose state a failed resume left unknown. */
  #unknown: readonly string[] = [];
  #disposed: Promise<void> | undefined;

  /** @internal */
  constructor(assembly: Assembly, settings: TrainerSettings) {
    this.#assembly = assembly;
    this.#settings = settings;
    this.#store = new VariableStore(settings.seed);
    this.hooks = assembly.hub.hooksFor('the caller');
    this.requests = assembly.requests;
  }

  /** Every plugin in order and every role, who fills it, and why; under bfloat16 also what runs in which precision; as text. */
  explain(): string {
    if (this.#disposed) throw trainerErrors.DISPOSED({ call: 'explain' });
    const { precision } = this.#settings;
    return [
      explain(this.#assembly.placed, this.#assembly.roles.accounts()),
      ...(precision === 'float32'
        ? []
        : explainPrecision(precision, this.#opened?.describeSteps() ?? new Map())),
    ].join('\n');
  }

  /**
   * Trains until `epochs` epochs are done in all; called again with more epochs it continues. Failures of plugins and
   * numbers that are not finite reject, after what was done until then is saved.
   */
  async fit(options: FitOptions): Promise<FitResult> {
    const settings = fitOptions.read(options);
    const begin = () => this.#assembly.requests.clear();
    const work = async (replicas: Replicas) => {
      this.#checkStates('fit');
      const session = await this.#open();
      await session.digest(); // before the training part is read ahead
      const loop = new FitLoop(session, this.#run, settings, () => (this.#ownsCheckpoints = true));
      const resumed = this.#ownsCheckpoints;
      await replicas.fromLeader(() => session.checkpoints.begin?.({ resumed }));
      return loop.run();
    };
    return this.#together('fit', work, begin);
  }

  /** The metrics of a part of the data; default: `validation` if there is one, else `test`. */
  async evaluate(options: { readonly split?: Split } = {}): Promise<MetricValues> {
    const { split: asked } = evaluateOptions.read(options);
    return this.#together('evaluate', async () => {
      const { dataset, evaluator } = await this.#open();
      const split = asked ?? (dataset.validation ? 'validation' : 'test');
      const source = dataset[split];
      if (source === undefined) {
        const available = (['train', 'validation', 'test'] as const).filter((name) => dataset[name]);
        throw trainerErrors.UNKNOWN_SPLIT({ split, dataset: dataset.name, available });
      }
      return (await measure(evaluator, source))!;
    });
  }

  /** Outputs `[size, outputs]` (logits, in classification), row by row, in evaluation mode; post-hoc transforms apply. */
  async predict(source: ExampleSource): Promise<Float32Array> {
    return this.#exclusively('predict', async () => {
      const { task, evaluator, dataset } = await this.#open();
      const [expected, received] = [dataset.train.exampleShape, source.exampleShape];
      if (!tf.util.arraysEqual([...expected], [...received]))
        throw trainerErrors.OTHER_SHAPE({ expected, received });
      const all = new Float32Array(source.size * task.outputs);
      let at = 0;
      await forEachLogits(evaluator, source, (logits) => {
        all.set(logits, at);
        at += logits.length;
        return true;
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
      const { dataset, task, network, evaluator } = await this.#open();
      return withEvaluationWeights(evaluator, () =>
        work({
          ...task.metricContext,
          dataset,
          features: (inputs) => tf.tidy(() => network.evaluateBackbone(inputs)),
          logits: (features) => tf.tidy(() => posthoc(evaluator, network.evaluateHead(features).logits)),
        }),
      );
    });
  }

  /** Saves a checkpoint now; returns where it can be resumed from. */
  async save(): Promise<string> {
    return this.#together('save', async (replicas) => {
      this.#checkStates('save');
      const session = await this.#open();
      const location = await replicas.fromLeader(async () => {
        await session.checkpoints.begin?.({ resumed: this.#ownsCheckpoints });
        return keepCheckpoint(session, this.#run, 'request');
      });
      this.#ownsCheckpoints = true;
      return location;
    });
  }

  /**
   * Goes back to a checkpoint, by default the newest: the next `fit` resumes there and gives the same run.
   * Returns false when there is none and `optional` is set; else throws TRAINER_NOTHING_TO_RESUME.
   */
  async resume(location?: string, options: ResumeOptions = {}): Promise<boolean> {
    const { optional, changed } = resumeOptions.read(options);
    return this.#together('resume', async (replicas) => {
      const store = this.#assembly.roles.resolve(CHECKPOINTS);
      const { bytes, from } = await replicas.fromLeader(async () => ({
        bytes: await store.load(location),
        from: store.loadedFrom,
      }));
      if (bytes === undefined) {
        if (optional) return false;
        throw trainerErrors.NOTHING_TO_RESUME({ location, store: store.name });
      }
      const source = from ?? location ?? store.name;
      const session = await this.#open('resuming');
      this.#run = await restoreSnapshot(session, bytes, source, changed, (lost) => (this.#unknown = lost));
      this.#unknown = [];
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
   * Ends every stream, calls the plugins' teardowns in reverse order, awaits them and frees every tensor; work under way is
   * stopped and awaited first. When teardowns fail, everything else is done before the first of their errors is thrown.
   */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#assembly.requests.requestStop('disposed');
    await this.#running?.done.catch(() => undefined);
    this.#assembly.hub.complete();
    const failures: unknown[] = [];
    for (const teardown of this.#assembly.teardowns) {
      try {
        await teardown();
      } catch (error) {
        failures.push(error);
      }
    }
    await this.#forget();
    await this.#assembly.container.dispose();
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Data, network at its first values, and optimizer; a failure to make them is forgotten, so that the next call tries again.
   * A run that resumes needs no first values; where that fails, they are still to be had.
   */
  async #open(purpose: 'beginning' | 'resuming' = 'beginning'): Promise<Session> {
    if (purpose === 'beginning' && !this.#initialised) await this.#forget();
    const sources = { assembly: this.#assembly, settings: this.#settings, store: this.#store };
    this.#session ??= openSession(sources, purpose);
    try {
      const session = (this.#opened = await this.#session);
      this.#initialised ||= purpose === 'beginning';
      return session;
    } catch (error) {
      await this.#forget();
      throw error;
    }
  }

  #checkStates(call: string): void {
    if (this.#unknown.length > 0) throw trainerErrors.STATE_UNKNOWN({ plugins: this.#unknown, call });
  }

  async #forget(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    this.#opened = undefined;
    session?.dispose();
    this.#store.dispose();
  }

  /** Work that the processes which train together all begin, after `begin`: the failure of one is the others' too. */
  async #together<Result>(
    call: string,
    work: (replicas: Replicas) => Promise<Result>,
    begin: () => void = () => undefined,
  ): Promise<Result> {
    return this.#exclusively(call, async () => {
      begin();
      const replicas = this.#assembly.roles.resolve(REPLICAS);
      try {
        await replicas.join();
        return await work(replicas);
      } catch (error) {
        throw await replicas.failed(error);
      }
    });
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
