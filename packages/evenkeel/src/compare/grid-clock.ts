import type { TrainerEvent } from '@evenkeel/trainer-core';

/** Guesses how long a grid still takes, from the batches of this call: what earlier calls did costs nothing. */
export class GridClock {
  readonly #cells: number;
  readonly #now: () => number;
  readonly #began: number;
  /** Cells that have ended, and their work in this call in units of a whole cell. */
  #ended = 0;
  #worked = 0;
  /** Batches of the present cell. */
  #batches = 1;
  #before = 0;
  #done = 0;

  /** `now` in ms. */
  constructor(cells: number, now: () => number = () => performance.now()) {
    this.#cells = cells;
    this.#now = now;
    this.#began = now();
  }

  /** Follows the events of the present cell's trainer. */
  follow(event: TrainerEvent): void {
    if (event.type === 'fit-start') {
      this.#batches = Math.max(1, event.batches);
      this.#before = this.#done = event.position.step;
    } else if (event.type === 'batch-end') {
      this.#done++;
    }
  }

  /** The present cell has ended. */
  end(): void {
    this.#worked += (this.#done - this.#before) / this.#batches;
    this.#ended++;
    this.#before = this.#done = 0;
  }

  /** Seconds since the grid began. */
  get spent(): number {
    return (this.#now() - this.#began) / 1000;
  }

  /** Seconds that are left; not a number before anything is done. */
  get left(): number {
    const worked = this.#worked + (this.#done - this.#before) / this.#batches;
    const open = this.#cells - this.#ended - this.#done / this.#batches;
    return worked > 0 ? (this.spent / worked) * Math.max(0, open) : Number.NaN;
  }
}
