import { messageOf } from '@evenkeel/errors';
import type { CheckpointPlace } from '../contract/checkpoint-store.js';
import type { CheckpointReason, Position, TrainerEvent } from '../contract/events.js';
import type { MetricValues } from '../contract/metric.js';
import type { EpochPlan, Sampler } from '../contract/sampler.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { runStep } from '../step/run-step.js';
import { drawsOf, stepInputs } from '../step/step-inputs.js';
import { Agreement } from './agreement.js';
import { BatchReader } from './batch-reader.js';
import type { ReadBatch } from './batch-reader.js';
import { dataFacts } from './data-facts.js';
import { measure } from './evaluation.js';
import { checkPosition } from './check-position.js';
import type { FitOptions, FitResult } from './fit-options.js';
import { inspectNetwork } from './inspect-network.js';
import { stepFailure } from './step-failure.js';
import { ReadAhead } from './read-ahead.js';
import { tellRateJump } from './rate-jump.js';
import type { RunState } from './run-state.js';
import type { Session } from './session.js';
import { keepCheckpoint } from './snapshot.js';
import { yieldToEventLoop } from './yield-to-event-loop.js';

/** `FitOptions`, read. */
type FitSettings = FitOptions & { readonly evaluateEvery: number };

/** Reading and stepping times of an epoch, ms, and its examples. */
interface Spent {
  read: number;
  step: number;
  images: number;
}

/** What a step gave, and how long it took. */
interface Stepped {
  readonly loss: number;
  readonly logged: Readonly<Record<string, number>>;
  readonly stepMs: number;
}

/** The loop: trains from where `run` stands to the end of the last epoch, or until somebody stops it. */
export class FitLoop {
  readonly #session: Session;
  readonly #run: RunState;
  readonly #options: FitSettings;
  readonly #onSaved: () => void;
  readonly #sampler: Sampler;
  readonly #reader: BatchReader;
  readonly #variables: ReadonlyMap<string, Session['view']['variables'][number]['variable']>;
  /** Where the newest checkpoint of this loop stands; at first, where the run does. */
  #savedAt: Position;
  #savingFailed = false;
  readonly #agreement: Agreement;

  /** `onSaved` is called when a checkpoint was kept. */
  constructor(session: Session, run: RunState, options: FitSettings, onSaved: () => void) {
    const { settings, task, sampler, store } = session;
    this.#session = session;
    this.#run = run;
    this.#options = options;
    this.#onSaved = onSaved;
    this.#savedAt = run.position;
    this.#agreement = new Agreement(session, options);
    const { batchSize } = settings;
    this.#sampler = sampler.build({ ...task.samplerData, batchSize, epochs: options.epochs });
    checkPosition(run, this.#sampler, options.epochs);
    this.#reader = new BatchReader({ ...session, seed: settings.seed });
    this.#variables = new Map(store.all().map(({ name, variable }) => [name, variable]));
  }

  /** Runs the loop; however it ends, observers hear of the end, and what was done until then is saved. */
  async run(): Promise<FitResult> {
    const { hub } = this.#session.assembly;
    hub.takeFailure();
    this.#session.attribution.whereabouts = () => this.#whereabouts();
    try {
      const { reason, interrupted } = await this.#train();
      this.#emit({ type: 'fit-end', position: this.#run.position, reason, interrupted });
      const failure = hub.takeFailure();
      if (failure) throw failure;
      return this.#result(reason, interrupted);
    } catch (cause) {
      const error = await this.#saved(await this.#session.replicas.failed(cause));
      const { position } = this.#run;
      this.#emit({ type: 'fit-end', position, reason: 'failed', interrupted: true, error });
      hub.takeFailure();
      throw error;
    } finally {
      this.#session.attribution.whereabouts = () => '';
    }
  }

  async #train(): Promise<{ reason: string; interrupted: boolean }> {
    const { epochs } = this.#options;
    const { position } = this.#run;
    const began = performance.now();
    const before = this.#run.clock.all;
    const batches = Array.from({ length: epochs }, (_, epoch) => this.#sampler.batchesIn(epoch)).reduce(
      (a, b) => a + b,
      0,
    );
    const { batchSize } = this.#session.settings;
    const resumed = position.step > 0;
    await this.#agreement.verify(this.#run, true);
    const data = dataFacts(this.#session);
    this.#emit({ type: 'fit-start', position, epochs, batches, batchSize, resumed, data });
    this.#throwFailure();
    this.#tellRateJump();
    await this.#agreement.reach('stop');
    while (this.#run.position.epoch < epochs && this.#agreement.stop === undefined) {
      await this.#epoch();
      this.#run.clock.all = before + (performance.now() - began) / 1000;
    }
    const interrupted = this.#run.position.epoch < epochs;
    if (interrupted) await this.#save('stop', true);
    return { reason: interrupted ? this.#agreement.stop! : 'done', interrupted };
  }

  /** The rest of the epoch under way; returns early when somebody stops the run. */
  async #epoch(): Promise<void> {
    const { epoch, batch } = this.#run.position;
    const plan = this.#plan(epoch);
    const spent: Spent = { read: 0, step: 0, images: 0 };
    if (batch === 0) {
      this.#emit({ type: 'epoch-start', position: this.#run.position, batches: plan.length });
      this.#throwFailure();
      await this.#agreement.reach('stop');
    }
    const batches = new ReadAhead(this.#reader, plan, epoch);
    try {
      await this.#batches(batches, plan.length, spent);
    } finally {
      await batches.settle();
    }
    if (this.#agreement.stop === undefined) await this.#epochEnd(plan.length, spent);
  }

  #plan(epoch: number): EpochPlan {
    const plan = this.#sampler.plan(this.#session.settings.seed, epoch);
    const [expected, received] = [this.#sampler.batchesIn(epoch), plan.length];
    if (expected === received && received >= 1) return plan;
    throw trainerErrors.BAD_PLAN({ sampler: this.#sampler.name, epoch, expected, received });
  }

  /** The batches that are left of an epoch, until somebody stops the run. */
  async #batches(batches: ReadAhead, length: number, spent: Spent): Promise<void> {
    const { clock } = this.#run;
    this.#session.lookAtSteps();
    while (this.#run.position.batch < length) {
      if (this.#agreement.stop !== undefined) return;
      if (this.#run.position.batch === length - 1 && this.#isLast) this.#session.lookAtSteps();
      const readFrom = performance.now();
      const batch = await batches.take(this.#run.position.batch);
      const readMs = performance.now() - readFrom;
      const stepMs = await this.#batch(batch, readMs, length);
      const images = batch.share.of;
      spent.read += readMs;
      spent.step += stepMs;
      spent.images += images;
      clock.training += (readMs + stepMs) / 1000;
      clock.images += images;
      await yieldToEventLoop();
      await this.#act({ position: this.#run.position, epochEnd: false, last: false });
    }
  }

  /** One batch: its events, the step, and the cursor moved before anybody hears of the end. Returns the step's ms. */
  async #batch(batch: ReadBatch, readMs: number, batchesPerEpoch: number): Promise<number> {
    const run = this.#run;
    const { position } = run;
    const { tag } = batch.batch;
    const size = batch.share.of;
    const { classCounts } = batch;
    const learningRate = this.#learningRate(batchesPerEpoch);
    this.#emit({ type: 'batch-start', position, tag, size, readMs, ...(classCounts && { classCounts }) });
    this.#emit({ type: 'step-start', position, tag, learningRate });
    const { loss, logged, stepMs } = await this.#step(batch, learningRate);
    run.position = { epoch: position.epoch, batch: position.batch + 1, step: position.step + 1 };
    run.lossSum += loss * size;
    run.examples += size;
    run.learningRate = learningRate;
    for (const [name, value] of Object.entries(logged)) {
      const [sum, steps] = run.logged[name] ?? [0, 0];
      run.logged[name] = [sum + value, steps + 1];
    }
    this.#emit({ type: 'step-end', position, tag, learningRate, loss, logged, stepMs });
    this.#emit({ type: 'batch-end', position, tag, size, loss });
    return stepMs;
  }

  /** Throws what names the culprit when something is not finite; nothing has moved then. */
  async #step({ batch, share }: ReadBatch, learningRate: number): Promise<Stepped> {
    const session = this.#session;
    const { position } = this.#run;
    const { exampleShape } = session.dataset.train;
    const { replicas, task } = session;
    const sources = { task, exampleShape, sampler: this.#sampler };
    const from = performance.now();
    const { epochs } = this.#options;
    const outcome = await runStep(
      session.stepFor(batch.tag, share),
      () => ({
        ...stepInputs(sources, batch, { ...position, epochs }, learningRate),
        ...replicas.stepInputs?.(share),
      }),
      drawsOf(session.settings.seed, position.step, share),
      this.#variables,
    );
    const stepMs = performance.now() - from;
    if (outcome.notFinite !== undefined) throw stepFailure(outcome, batch, position, learningRate);
    return { ...outcome, stepMs };
  }

  #tellRateJump(): void {
    const { replicas, schedule } = this.#session;
    const { step, batch, epoch } = this.#run.position;
    const isProlonged = step > 0 && batch === 0 && epoch < this.#options.epochs;
    if (!isProlonged || !replicas.leads) return;
    tellRateJump(schedule, this.#run, this.#learningRate(this.#sampler.batchesIn(epoch)));
  }

  #learningRate(batchesPerEpoch: number): number {
    const { schedule, attribution } = this.#session;
    const { epoch, batch } = this.#run.position;
    const { epochs } = this.#options;
    const rate = schedule.learningRate({ epoch, batch, batchesPerEpoch, epochs });
    if (Number.isFinite(rate) && rate >= 0) return rate;
    return attribution.refuse(schedule, 'learningRate', `expected a number of at least 0, it gave ${rate}`);
  }

  async #epochEnd(batches: number, spent: Spent): Promise<void> {
    const run = this.#run;
    const { epoch, step } = run.position;
    const every = this.#options.evaluateEvery;
    const last = this.#isLast;
    await this.#agreement.verify(this.#run, false);
    const evaluates = every > 0 && (last || (epoch + 1) % every === 0);
    const evaluation = evaluates ? await this.#evaluate() : undefined;
    if (evaluates && evaluation === undefined) return; // stopped: it is measured when the run resumes
    const loss = run.lossSum / run.examples;
    const means = Object.entries(run.logged).map(([name, [sum, steps]]) => [name, sum / steps] as const);
    await inspectNetwork(this.#session, this.#sampler, run.position, last);
    run.history.push({ epoch, loss, learningRate: run.learningRate, ...(evaluation && { evaluation }) });
    run.lossSum = 0;
    run.examples = 0;
    run.logged = {};
    run.position = { epoch: epoch + 1, batch: 0, step };
    this.#emit({
      type: 'epoch-end',
      position: { epoch, batch: batches, step },
      loss,
      logged: Object.fromEntries(means),
      evaluation,
      evaluated: evaluation && this.#split,
      imagesPerSecond: perSecond(spent.images, (spent.read + spent.step) / 1000),
      readShare: spent.read / (spent.read + spent.step || 1),
    });
    await this.#act({ position: run.position, epochEnd: true, last });
  }

  /** The fixed place where the loop acts on requests and failures; the checkpoint comes last. */
  async #act(place: CheckpointPlace): Promise<void> {
    const { evaluate, checkpoint: asked } = await this.#agreement.reach();
    if (evaluate) await this.#evaluate();
    this.#throwFailure();
    if (!this.#session.checkpoints.isDue(place) && !asked) return;
    if (place.last) await this.#save('end');
    else if (asked) await this.#save('request');
    else await this.#save(place.epochEnd ? 'epoch' : 'interval');
  }

  /** Whether the epoch under way is the last of the run. */
  get #isLast(): boolean {
    return this.#run.position.epoch + 1 === this.#options.epochs;
  }

  /** The part of the data that is measured while training. */
  get #split(): 'validation' | 'test' {
    return this.#session.dataset.validation ? 'validation' : 'test';
  }

  /** The metrics of the present weights, measured once for each step; undefined when somebody stopped the run meanwhile. */
  async #evaluate(): Promise<MetricValues | undefined> {
    const run = this.#run;
    const { position } = run;
    if (run.evaluation && run.evaluatedAt === position.step) return run.evaluation;
    const split = this.#split;
    const source = this.#session.dataset[split]!;
    const examples = source.size;
    this.#emit({ type: 'evaluation-start', position, split, examples });
    const from = performance.now();
    const metrics = await measure(this.#session.evaluator, source, async (done) => {
      this.#emit({ type: 'evaluation-progress', position, split, examples, done });
      await yieldToEventLoop();
      return done === examples || (await this.#agreement.reach('stop')).stop === undefined;
    });
    if (metrics === undefined) return undefined;
    run.evaluation = metrics;
    run.evaluatedAt = position.step;
    const seconds = (performance.now() - from) / 1000;
    this.#emit({ type: 'evaluation-end', position, split, metrics, seconds });
    return metrics;
  }

  /** Keeps a checkpoint, unless the newest one stands here already; `always` even so where the loop began. */
  async #save(reason: CheckpointReason, always = false): Promise<void> {
    const { position } = this.#run;
    if (this.#savedAt === position && !always) return;
    const { replicas, checkpoints } = this.#session;
    if (!replicas.leads) {
      this.#savedAt = position;
      return;
    }
    try {
      if (replicas.rank > 0) await checkpoints.begin?.({ resumed: true, joined: true });
      const location = await keepCheckpoint(this.#session, this.#run, reason);
      this.#savedAt = position;
      this.#onSaved();
      this.#emit({ type: 'checkpoint-saved', position, reason, location });
    } catch (error) {
      this.#savingFailed = true;
      throw error;
    }
  }

  /** What ended the run, after its work is safe: a failure costs nothing that was done before it. */
  async #saved(failure: unknown): Promise<unknown> {
    if (this.#savingFailed) return failure;
    try {
      const { leads, rank } = this.#session.replicas;
      // After a takeover it is unknown what the lost process saved.
      await this.#save('error', leads && rank > 0);
      return failure;
    } catch (cause) {
      const text = messageOf(failure);
      return new AggregateError([failure, cause], `${text} Saving failed too: ${String(cause)}`);
    }
  }

  /** An observer that threw ends the run. */
  #throwFailure(): void {
    const failure = this.#session.assembly.hub.takeFailure();
    if (failure) throw failure;
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

  #whereabouts(): string {
    const { epoch, batch, step } = this.#run.position;
    return `in epoch ${epoch + 1}, at batch ${batch + 1} (step ${step + 1} of the run)`;
  }

  #emit(event: TrainerEvent): void {
    this.#session.assembly.hub.emit(event);
  }
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
