import type { ImagePlace, ImageTable } from './image-table.js';

/** Images each given with its place; for tens of thousands of them. */
export class PlacedImages implements ImageTable {
  readonly labels: Int32Array;
  readonly #places: readonly ImagePlace[];
  readonly #names: readonly string[];

  constructor(places: readonly ImagePlace[], names: readonly string[], labels: Int32Array) {
    this.#places = places;
    this.#names = names;
    this.labels = labels;
  }

  get size(): number {
    return this.labels.length;
  }

  place(index: number): ImagePlace {
    return this.#places[index];
  }

  nameOf(index: number): string {
    return this.#names[index];
  }

  pick(indices: Int32Array, labels: Int32Array = indices.map((index) => this.labels[index])): PlacedImages {
    const of = <Value>(values: readonly Value[]) => Array.from(indices, (index) => values[index]);
    return new PlacedImages(of(this.#places), of(this.#names), labels);
  }
}
