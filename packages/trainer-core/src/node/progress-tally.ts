import type { EpochEnd, FitStart, TrainerEvent } from '../contract/events.js';
import { formatDuration, formatShare } from './format.js';

/** Counts what is done and guesses what is left. */
export class ProgressTally {
  epochs = 0;
  /** Batches of the whole run, and how many of them are done. */
  total = 0;
  done = 0;
  loss = Number.NaN;
  #began = 0;
  #doneBefore = 0;
  #images = 0;
  #busyMs = 0;

  start(event: FitStart): void {
    this.epochs = event.epochs;
    this.total = event.batches;
    this.done = event.position.step;
    this.#doneBefore = this.done;
    this.#began = performance.now();
  }

  follow(event: TrainerEvent): void {
    if (event.type === 'batch-start') this.#busyMs += event.readMs;
    if (event.type === 'step-end') this.#busyMs += event.stepMs;
    if (event.type !== 'batch-end') return;
    this.done += 1;
    this.#images += event.size;
    this.loss = Number.isNaN(this.loss) ? event.loss : 0.95 * this.loss + 0.05 * event.loss;
  }

  get imagesPerSecond(): number {
    return this.#busyMs > 0 ? this.#images / (this.#busyMs / 1000) : 0;
  }

  /** Seconds left at the pace of this run, evaluation included. */
  get eta(): number {
    const seconds = (performance.now() - this.#began) / 1000;
    return (seconds / (this.done - this.#doneBefore)) * (this.total - this.done);
  }

  /** The parts of a line within an epoch. */
  payload(epoch: number): Record<'epoch' | 'speed' | 'loss' | 'left', string> {
    return {
      epoch: `epoch ${Math.min(epoch + 1, this.epochs)}/${this.epochs}`,
      speed: `${this.imagesPerSecond.toFixed(0)} images/s`,
      loss: `loss ${Number.isNaN(this.loss) ? '-' : this.loss.toFixed(3)}`,
      left: `ETA ${formatDuration(this.eta)}`,
    };
  }

  /** The line that an epoch leaves. */
  epochLine(event: EpochEnd): string {
    const { evaluation } = event;
    const accuracy = evaluation
      ? ['all', 'many', 'medium', 'few'].flatMap((key) =>
          key in evaluation ? [`${key} ${formatShare(evaluation[key])}`] : [],
        )
      : [];
    return [
      `epoch ${event.position.epoch + 1}/${this.epochs}`,
      `loss ${event.loss.toFixed(3)}`,
      ...accuracy,
      `${event.imagesPerSecond.toFixed(0)} images/s`,
      `reading ${formatShare(event.readShare)}`,
      `ETA ${formatDuration(this.eta)}`,
    ].join('  ');
  }
}
