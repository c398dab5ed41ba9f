/** A list at the end of an epoch. */
export interface Snapshot<Value> {
  /** Zero-based. */
  readonly epoch: number;
  readonly value: Value;
}

/**
 * What was seen at some epochs, thinned: when there are more than `most`, every second one goes, and later ones come at twice
 * the distance. The first and the newest are always there.
 */
export class Snapshots<Value> {
  readonly #most: number;
  #kept: Snapshot<Value>[] = [];
  #newest: Snapshot<Value> | undefined;
  #stride = 1;
  #seen = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds what was seen at an epoch; epochs that were there already are taken back first. */
  add(epoch: number, value: Value): void {
    this.rewind(epoch);
    this.#newest = { epoch, value };
    if (this.#seen++ % this.#stride === 0) this.#kept.push(this.#newest);
    if (this.#kept.length <= this.#most) return;
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
    this.#stride *= 2;
  }

  /** Forgets an epoch and all later ones. */
  rewind(epoch: number): void {
    if (!this.#newest || this.#newest.epoch < epoch) return;
    this.#kept = this.#kept.filter((snapshot) => snapshot.epoch < epoch);
    this.#seen = this.#kept.length * this.#stride;
    this.#newest = this.#kept.at(-1);
  }

  /** All that is kept, in order. */
  all(): readonly Snapshot<Value>[] {
    const newest = this.#newest;
    return newest && newest !== this.#kept.at(-1) ? [...this.#kept, newest] : this.#kept;
  }

  get newest(): Snapshot<Value> | undefined {
    return this.#newest;
  }

  /** The newest one of an epoch or before it; the first where there is none. */
  at(epoch: number): Snapshot<Value> | undefined {
    const all = this.all();
    return all.findLast((snapshot) => snapshot.epoch <= epoch) ?? all.at(0);
  }
}
