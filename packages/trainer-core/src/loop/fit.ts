import type { CheckpointPlace, CheckpointStore } from '../contract/checkpoint-store.js';
import { CHECKPOINTS, INSPECTORS, METRICS, SCHEDULE } from '../contract/core-roles.js';
import type { Dataset, ExampleSource, HostBatch } from '../contract/dataset.js';
import type { CheckpointReason, Position, TrainerEvent } from '../contract/events.js';
import type { NetworkView } from '../contract/inspector.js';
import type { MetricContext, MetricValues } from '../contract/metric.js';
import type { Sampler } from '../contract/sampler.js';
import type { PlainStep } from '../contract/step-compiler.js';
import type { Assembly } from '../di/assemble.js';
import { trainerErrors } from '../errors.js';
import { stepInputs } from './step-inputs.js';
import type { BatchReader } from './batch-reader.js';
import { measure } from './evaluation.js';
import type { Evaluator } from './evaluation.js';
import { ReadAhead } from './read-ahead.js';
import type { EpochRecord, RunState } from './run-state.js';
import { runStep } from './training-step.js';
import { yieldToEventLoop } from './yield-to-event-loop.js';

/** How long to train and how often to look. */
export interface FitOptions {
  /**
   * Epochs of the whole run, those already done included. Schedules that span the run, and the progressive sampler,
   * depend on it: a run resumed with another number is another run from there on.
   */
  readonly epochs: number;
  /** Evaluates after every so many epochs and after the last; 0: never. Default 1. */
  readonly evaluateEvery?: number;
  /** Stops after the batch under way when aborted, as `requestStop` does; a text given as the reason is kept. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export interface FitResult {
  /** `done`, or why it stopped before its last epoch. */
  readonly reason: string;
  /** Whether it stopped before its last epoch; `resume` goes on from there. */
  readonly interrupted: boolean;
  /** Finished epochs. */
  readonly history: readonly EpochRecord[];
  /** The last evaluation. */
  readonly evaluation: MetricValues | undefined;
  /** Optimizer steps since the beginning. */
  readonly steps: number;
  /** Wall time of the run, evaluation included, s. */
  readonly seconds: number;
  /** Training examples per second, evaluation not counted. */
  readonly imagesPerSecond: number;
}

/** The parts that a run works with. */
export interface FitParts {
  readonly assembly: Assembly;
  readonly dataset: Dataset;
  readonly sampler: Sampler;
  readonly reader: BatchReader;
  readonly evaluator: Evaluator;
  readonly metricContext: MetricContext;
  /** What inspectors see, but for where the run stands. */
  readonly view: NetworkView;
  readonly stepFor: (tag: string) => PlainStep;
  readonly snapshot: () => Promise<Uint8Array>;
  /** Called when a checkpoint was kept. */
  readonly onSaved: () => void;
  readonly seed: number;
  readonly batchSize: number;
}

/** Reading and stepping times of an epoch, ms, and its examples. */
interface Spent {
  read: number;
  step: number;
  images: number;
}

/** The loop: trains from where `run` stands to the end of the last epoch, or until somebody stops it. */
export class FitLoop {
  readonly #parts: FitParts;
  readonly #run: RunState;
  readonly #options: FitOptions;
  readonly #store: CheckpointStore;
  /** Where the newest checkpoint of this loop stands. */
  #savedAt: Position | undefined;

  constructor(parts: FitParts, run: RunState, options: FitOptions) {
    this.#parts = parts;
    this.#run = run;
    this.#options = options;
    this.#store = parts.assembly.roles.resolve(CHECKPOINTS);
  }

  /** Runs the loop; however it ends, observers hear of the end. */
  async run(): Promise<FitResult> {
    const { hub } = this.#parts.assembly;
    hub.takeFailure();
    try {
      const { reason, interrupted } = await this.#train();
      this.#emit({ type: 'fit-end', position: this.#run.position, reason, interrupted });
      const failure = hub.takeFailure();
      if (failure) throw failure;
      return this.#result(reason, interrupted);
    } catch (error) {
      this.#emit({
        type: 'fit-end',
        position: this.#run.position,
        reason: 'failed',
        interrupted: true,
        error,
      });
      hub.takeFailure();
      throw error;
    }
  }

  async #train(): Promise<{ reason: string; interrupted: boolean }> {
    const { sampler, batchSize, assembly } = this.#parts;
    const { epochs } = this.#options;
    const began = performance.now();
    const before = this.#run.clock.all;
    const batches = Array.from({ length: epochs }, (_, epoch) => sampler.batchesIn(epoch)).reduce(
      (a, b) => a + b,
      0,
    );
    const resumed = this.#run.position.step > 0;
    this.#emit({ type: 'fit-start', position: this.#run.position, epochs, batches, batchSize, resumed });
    const failure = assembly.hub.takeFailure();
    if (failure) throw failure;
    while (this.#run.position.epoch < epochs && this.#stopped() === undefined) {
      await this.#epoch();
      this.#run.clock.all = before + (performance.now() - began) / 1000;
    }
    const interrupted = this.#run.position.epoch < epochs;
    if (interrupted) await this.#save('stop');
    return { reason: interrupted ? this.#stopped()! : 'done', interrupted };
  }

  /** The rest of the epoch under way; returns early when somebody stops the run. */
  async #epoch(): Promise<void> {
    const { sampler, seed } = this.#parts;
    const { epoch } = this.#run.position;
    const plan = sampler.plan(seed, epoch);
    const [expected, received] = [sampler.batchesIn(epoch), plan.length];
    if (expected !== received || received < 1) {
      throw trainerErrors.BAD_PLAN({ sampler: sampler.name, epoch, expected, received });
    }
    const spent: Spent = { read: 0, step: 0, images: 0 };
    if (this.#run.position.batch === 0) {
      this.#emit({ type: 'epoch-start', position: this.#run.position, batches: plan.length });
      await this.#failAfterSaving();
    }
    const batches = new ReadAhead(this.#parts.reader, plan, epoch);
    try {
      await this.#batches(batches, plan.length, spent);
    } finally {
      await batches.settle();
    }
    if (this.#stopped() === undefined) await this.#epochEnd(plan.length, spent);
  }

  /** The batches that are left of an epoch, until somebody stops the run. */
  async #batches(batches: ReadAhead, length: number, spent: Spent): Promise<void> {
    while (this.#run.position.batch < length) {
      if (this.#stopped() !== undefined) return;
      const readFrom = performance.now();
      const batch = await batches.take(this.#run.position.batch);
      const readMs = performance.now() - readFrom;
      const stepMs = await this.#batch(batch, readMs, length);
      spent.read += readMs;
      spent.step += stepMs;
      spent.images += batch.labels.length;
      this.#run.clock.training += (readMs + stepMs) / 1000;
      this.#run.clock.images += batch.labels.length;
      await this.#act({ position: this.#run.position, epochEnd: false, last: false });
      await yieldToEventLoop();
    }
  }

  /** One batch: its events, the step, and the cursor moved before anybody hears of the end. Returns the step's ms. */
  async #batch(batch: HostBatch, readMs: number, batchesPerEpoch: number): Promise<number> {
    const run = this.#run;
    const { position } = run;
    const { tag } = batch;
    const size = batch.labels.length;
    const learningRate = this.#parts.assembly.roles.resolve(SCHEDULE).learningRate({
      epoch: position.epoch,
      batch: position.batch,
      batchesPerEpoch,
      epochs: this.#options.epochs,
    });
    this.#emit({ type: 'batch-start', position, tag, size, readMs });
    this.#emit({ type: 'step-start', position, tag, learningRate });
    const stepFrom = performance.now();
    const loss = await runStep(this.#parts.stepFor(tag), () =>
      stepInputs(this.#parts, batch, { ...position, epochs: this.#options.epochs }, learningRate),
    );
    const stepMs = performance.now() - stepFrom;
    if (!Number.isFinite(loss)) {
      throw trainerErrors.LOSS_NOT_FINITE({
        loss,
        epoch: position.epoch,
        batch: position.batch,
        learningRate,
      });
    }
    run.position = { epoch: position.epoch, batch: position.batch + 1, step: position.step + 1 };
    run.lossSum += loss * size;
    run.examples += size;
    run.learningRate = learningRate;
    this.#emit({ type: 'step-end', position, tag, learningRate, loss, stepMs });
    this.#emit({ type: 'batch-end', position, tag, size, loss });
    return stepMs;
  }

  async #epochEnd(batches: number, spent: Spent): Promise<void> {
    const run = this.#run;
    const { epoch, step } = run.position;
    const every = this.#options.evaluateEvery ?? 1;
    const last = epoch + 1 === this.#options.epochs;
    const evaluates = every > 0 && (last || (epoch + 1) % every === 0);
    const evaluation = evaluates ? await this.#evaluate() : undefined;
    const loss = run.lossSum / run.examples;
    run.history.push({ epoch, loss, learningRate: run.learningRate, ...(evaluation && { evaluation }) });
    run.lossSum = 0;
    run.examples = 0;
    await this.#inspect(last);
    run.position = { epoch: epoch + 1, batch: 0, step };
    this.#emit({
      type: 'epoch-end',
      position: { epoch, batch: batches, step },
      loss,
      evaluation,
      imagesPerSecond: perSecond(spent.images, (spent.read + spent.step) / 1000),
      readShare: spent.read / (spent.read + spent.step || 1),
    });
    await this.#act({ position: run.position, epochEnd: true, last });
  }

  /** The fixed place where the loop acts on requests and failures; the checkpoint comes last. */
  async #act(place: CheckpointPlace): Promise<void> {
    const { requests } = this.#parts.assembly;
    if (requests.takeEvaluation()) await this.#evaluate();
    await this.#failAfterSaving();
    const asked = requests.takeCheckpoint();
    if (!this.#store.isDue(place) && !asked) return;
    if (place.last) await this.#save('end');
    else if (asked) await this.#save('request');
    else await this.#save(place.epochEnd ? 'epoch' : 'interval');
  }

  /** Lets the inspectors that are due look at the network; one that fails ends the run as an observer does. */
  async #inspect(last: boolean): Promise<void> {
    const { assembly, sampler, view } = this.#parts;
    const { position } = this.#run;
    for (const inspector of assembly.roles.resolve(INSPECTORS)) {
      const { name } = inspector;
      try {
        if (!inspector.isDue(position.epoch, last)) continue;
        const from = performance.now();
        const values = await inspector.inspect({ ...view, sampler, position });
        const seconds = (performance.now() - from) / 1000;
        this.#emit({ type: 'inspection-end', position, name, values, seconds });
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        const { epoch } = position;
        assembly.hub.fail(trainerErrors.INSPECTOR_FAILED({ inspector: name, epoch, reason }, { cause }));
      }
    }
  }

  /** The metrics of the present weights, measured once for each step. */
  async #evaluate(): Promise<MetricValues> {
    const run = this.#run;
    const { position } = run;
    if (run.evaluation && run.evaluatedAt === position.step) return run.evaluation;
    const { dataset, evaluator, metricContext, assembly } = this.#parts;
    const split = dataset.validation ? 'validation' : 'test';
    const source: ExampleSource = dataset.validation ?? dataset.test;
    this.#emit({ type: 'evaluation-start', position, split, examples: source.size });
    const from = performance.now();
    const metrics = await measure(
      evaluator,
      source,
      assembly.roles.resolve(METRICS),
      metricContext,
      (done) => {
        this.#emit({ type: 'evaluation-progress', position, split, examples: source.size, done });
        return yieldToEventLoop();
      },
    );
    run.evaluation = metrics;
    run.evaluatedAt = position.step;
    const seconds = (performance.now() - from) / 1000;
    this.#emit({ type: 'evaluation-end', position, split, metrics, seconds });
    return metrics;
  }

  /** Keeps a checkpoint, unless the newest one stands here already. */
  async #save(reason: CheckpointReason): Promise<void> {
    const { snapshot, onSaved } = this.#parts;
    const { position, evaluation, evaluatedAt } = this.#run;
    if (this.#savedAt === position) return;
    const bytes = await snapshot();
    const measured = evaluatedAt === position.step ? evaluation : undefined;
    const location = await this.#store.save({ position, reason, evaluation: measured, bytes });
    this.#savedAt = position;
    onSaved();
    this.#emit({ type: 'checkpoint-saved', position, reason, location });
  }

  /** An observer that threw ends the run, but not before its work is safe. */
  async #failAfterSaving(): Promise<void> {
    const failure = this.#parts.assembly.hub.takeFailure();
    if (!failure) return;
    try {
      await this.#save('error');
    } catch (cause) {
      throw new AggregateError([failure, cause], `${failure.message} Saving failed too: ${String(cause)}`);
    }
    throw failure;
  }

  #result(reason: string, interrupted: boolean): FitResult {
    const { history, evaluation, position, clock } = this.#run;
    return {
      reason,
      interrupted,
      history: [...history],
      evaluation,
      steps: position.step,
      seconds: clock.all,
      imagesPerSecond: perSecond(clock.images, clock.training),
    };
  }

  #stopped(): string | undefined {
    const { signal } = this.#options;
    if (signal?.aborted) return typeof signal.reason === 'string' ? signal.reason : 'aborted';
    return this.#parts.assembly.requests.stop;
  }

  #emit(event: TrainerEvent): void {
    this.#parts.assembly.hub.emit(event);
  }
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
