import { messageOf } from '@evenkeel/errors';
import { existsSync } from 'node:fs';
import type { FitStart, TrainerEvent } from '@evenkeel/trainer-core';
import { RunRecord } from '../model/run-record.js';
import { readRun } from '../report/read-run.js';
import type { ServedPage } from './serve-page.js';

/** Least time between two lines that say where a run stands, ms. */
const PACE = 250;

/** Hears an event; what it returns rejects when the page cannot be served. */
export type Watch = (event: TrainerEvent, serving: Promise<ServedPage>) => Promise<void> | undefined;

/** Turns the events of a run into lines of a page, and reads what was before from the run's file when it resumes. */
export function watchRun(name: string, metrics?: string): Watch {
  const clock = new RunClock();
  let readMs = 0;
  let last: Promise<void> = Promise.resolve();
  return (event, serving) => {
    if (event.type === 'fit-start') {
      clock.start(event);
      last = serving.then((page) => begin(page, name, event, metrics));
      return last;
    }
    if (event.type === 'batch-start') ({ readMs } = event);
    const lines = [lineOf(event, readMs), clock.lineOf(event)].filter((line) => line !== undefined);
    // In the order of the events; that the page is not served was told at the start.
    if (lines.length > 0) {
      last = last
        .then(() => serving)
        .then(
          (page) => lines.forEach((line) => page.add(name, line)),
          () => undefined,
        );
    }
    return undefined;
  };
}

/** Shows the run as it stands at its start: new, resumed in the same process, or read from its file. */
async function begin(page: ServedPage, name: string, event: FitStart, metrics?: string): Promise<void> {
  const { epoch, step } = event.position;
  const run = event.resumed ? await before(page, name, metrics) : new RunRecord(name);
  run.rewind(epoch, step);
  run.apply(factsOf(event));
  run.apply({ type: 'state', epoch, phase: 'running', step });
  page.put(run);
}

async function before(page: ServedPage, name: string, metrics?: string): Promise<RunRecord> {
  const shown = page.get(name);
  if (shown) return shown;
  if (metrics === undefined || !existsSync(metrics)) return new RunRecord(name);
  // A file that cannot be read is no reason to end a run.
  return readRun(metrics, name).catch((error: unknown) => {
    const run = new RunRecord(name);
    run.notes.push(messageOf(error));
    return run;
  });
}

function factsOf({ position, epochs, batches, batchSize, data }: FitStart) {
  return { type: 'fit', epoch: position.epoch, epochs, batches, batchSize, ...data };
}

/** A line as `metricsFile` writes it, of every step, with its times. */
function lineOf(event: TrainerEvent, readMs: number): object | undefined {
  const { epoch, step } = event.position;
  if (event.type === 'step-end') {
    const { tag, loss, learningRate, logged, stepMs } = event;
    return {
      type: 'step',
      epoch,
      step: step + 1,
      tag,
      loss,
      learningRate,
      logged: { ...logged, stepMs, readMs },
    };
  }
  if (event.type === 'inspection-end') {
    const { name, values } = event;
    return { type: 'inspection', epoch, name, values };
  }
  if (event.type === 'epoch-end') {
    const { loss, imagesPerSecond, readShare, evaluation, logged } = event;
    return { ...evaluation, type: 'epoch', epoch, step, loss, imagesPerSecond, readShare, logged };
  }
  return undefined;
}

/** Says where a run stands, a few times a second. */
class RunClock {
  #began = 0;
  #from = 0;
  #batches = 0;
  #told = 0;

  start({ position, batches }: FitStart): void {
    this.#began = performance.now();
    this.#from = position.step;
    this.#batches = batches;
    this.#told = 0;
  }

  lineOf(event: TrainerEvent): object | undefined {
    const { epoch, step } = event.position;
    if (event.type === 'fit-end') {
      const failed = event.reason === 'failed';
      const phase = failed ? 'failed' : event.interrupted ? 'stopped' : 'done';
      const reason = event.error instanceof Error ? event.error.message : event.reason;
      return { type: 'state', epoch, phase, reason, step, doing: '', secondsLeft: 0 };
    }
    if (event.type === 'batch-end') return this.#where(epoch, step + 1, 'training');
    if (event.type === 'evaluation-progress') {
      return this.#where(epoch, step, `evaluating, ${event.done} of ${event.examples}`);
    }
    return undefined;
  }

  #where(epoch: number, step: number, doing: string): object | undefined {
    const now = performance.now();
    if (now - this.#told < PACE) return undefined;
    this.#told = now;
    const done = step - this.#from;
    const secondsLeft = done > 0 ? ((now - this.#began) / 1000 / done) * (this.#batches - step) : undefined;
    return { type: 'state', epoch, step, doing, ...(secondsLeft !== undefined && { secondsLeft }) };
  }
}
