/** One number over epochs, in order. */
export class EpochSeries {
  readonly epochs: number[] = [];
  readonly values: (number | null)[] = [];

  static from(epochs: readonly number[], values: readonly (number | null)[]): EpochSeries {
    const series = new EpochSeries();
    series.epochs.push(...epochs);
    series.values.push(...values);
    return series;
  }

  /** Adds the value of a zero-based epoch; epochs that were there already are taken back first. */
  add(epoch: number, value: number | null): void {
    this.rewind(epoch);
    this.epochs.push(epoch);
    this.values.push(value);
  }

  /** Forgets an epoch and all later ones. */
  rewind(epoch: number): void {
    while (this.epochs.length > 0 && this.epochs.at(-1)! >= epoch) {
      this.epochs.pop();
      this.values.pop();
    }
  }

  /** The newest value that is not missing. */
  get newest(): number | undefined {
    return this.values.findLast((value) => value !== null) ?? undefined;
  }
}
