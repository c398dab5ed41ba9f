import type { EpochEnd, FitStart, TrainerEvent } from '../contract/events.js';
import { formatBytes, formatDuration, formatShare } from './format.js';
import type { LinePart } from './status-line.js';

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
  #rate = Number.NaN;
  /** Of the last evaluation. */
  #accuracy: readonly string[] = [];
  /** Which logged numbers are shown, and those of the last step. */
  readonly #shown: readonly string[];
  #logged: Readonly<Record<string, number>> = {};

  constructor(shown: readonly string[] = []) {
    this.#shown = shown;
  }

  start(event: FitStart): void {
    this.epochs = event.epochs;
    this.total = event.batches;
    this.done = event.position.step;
    this.#doneBefore = this.done;
    this.#began = performance.now();
  }

  follow(event: TrainerEvent): void {
    if (event.type === 'batch-start') this.#busyMs += event.readMs;
    if (event.type === 'step-end') {
      this.#busyMs += event.stepMs;
      this.#rate = event.learningRate;
      this.#logged = event.logged;
    }
    if (event.type === 'epoch-end' && event.evaluation) this.#accuracy = accuracyOf(event.evaluation);
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

  /** Such as `epoch 2/6`. */
  epochOf(epoch: number): string {
    return `epoch ${Math.min(epoch + 1, this.epochs)}/${this.epochs}`;
  }

  /** The parts of a line within an epoch; those that go last in a narrow terminal have the lowest ranks. */
  parts(): LinePart[] {
    return [
      { text: `loss ${Number.isNaN(this.loss) ? '-' : this.loss.toFixed(3)}`, rank: 1 },
      ...this.#loggedIn(this.#logged).map((text) => ({ text, rank: 2 })),
      { text: this.rate, rank: 5 },
      ...this.#accuracy.map((text, at) => ({ text, rank: at === 0 ? 4 : 7 })),
      { text: `${this.imagesPerSecond.toFixed(0)} images/s`, rank: 3 },
      { text: memory(), rank: 6 },
      { text: `ETA ${formatDuration(this.eta)}`, rank: 2 },
    ];
  }

  /** The learning rate of the last step. */
  get rate(): string {
    return Number.isNaN(this.#rate) ? '' : `rate ${Number(this.#rate.toPrecision(3))}`;
  }

  /** The logged numbers that are shown, as far as they are there. */
  #loggedIn(logged: Readonly<Record<string, number>>): string[] {
    return this.#shown.flatMap((name) =>
      name in logged ? [`${name} ${Number(logged[name].toPrecision(3))}`] : [],
    );
  }

  /** The parts of the line that an epoch leaves. */
  epochParts(event: EpochEnd): string[] {
    return [
      `loss ${event.loss.toFixed(3)}`,
      ...this.#loggedIn(event.logged),
      this.rate,
      ...accuracyOf(event.evaluation),
      `${event.imagesPerSecond.toFixed(0)} images/s`,
      `reading ${formatShare(event.readShare)}`,
      memory(),
      `ETA ${formatDuration(this.eta)}`,
    ].filter((part) => part !== '');
  }
}

/** Accuracy, and by shot group, where an evaluation has them. */
function accuracyOf(evaluation: EpochEnd['evaluation']): string[] {
  if (!evaluation) return [];
  return ['all', 'many', 'medium', 'few'].flatMap((key) =>
    key in evaluation ? [`${key} ${formatShare(evaluation[key])}`] : [],
  );
}

/** What the process takes of the machine's memory. */
function memory(): string {
  return formatBytes(process.memoryUsage.rss());
}
