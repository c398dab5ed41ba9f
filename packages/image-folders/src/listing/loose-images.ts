import { join } from 'node:path';
import type { ImagePlace, ImageTable } from './image-table.js';

/** The columns of a `LooseImages`: folders once each, names as bytes one after the other. */
export interface LooseColumns {
  /** Joined with every folder; may be empty. */
  readonly root: string;
  /** Folders below `root`, in `/` notation. */
  readonly folders: readonly string[];
  /** Which folder every image lies in, `[images]`. */
  readonly folderOf: Uint32Array;
  /** Names without folder, UTF-8, one after the other. */
  readonly names: Uint8Array;
  /** Where every name begins in `names`, and behind the last one its end, `[images + 1]`. */
  readonly starts: Uint32Array;
  /** `[images]`. */
  readonly labels: Int32Array;
}

/**
 * Images in separate files. A path costs its name's bytes and twelve more: 437,513 images of iNaturalist take some 25 MB.
 */
export class LooseImages implements ImageTable {
  readonly columns: LooseColumns;

  constructor(columns: LooseColumns) {
    this.columns = columns;
  }

  get size(): number {
    return this.columns.labels.length;
  }

  get labels(): Int32Array {
    return this.columns.labels;
  }

  place(index: number): ImagePlace {
    return { file: join(this.columns.root, this.relative(index)), offset: 0, length: -1 };
  }

  nameOf(index: number): string {
    return this.place(index).file;
  }

  /** Path below `root`, in `/` notation. */
  relative(index: number): string {
    const { folders, folderOf, names, starts } = this.columns;
    const name = Buffer.from(names.subarray(starts[index], starts[index + 1])).toString('utf8');
    const folder = folders[folderOf[index]];
    return folder === '' ? name : `${folder}/${name}`;
  }

  pick(indices: Int32Array, labels: Int32Array = indices.map((index) => this.labels[index])): LooseImages {
    const { names, starts, folderOf } = this.columns;
    const ends = new Uint32Array(indices.length + 1);
    indices.forEach((index, at) => (ends[at + 1] = ends[at] + starts[index + 1] - starts[index]));
    const picked = new Uint8Array(ends[indices.length]);
    indices.forEach((index, at) => picked.set(names.subarray(starts[index], starts[index + 1]), ends[at]));
    return new LooseImages({
      ...this.columns,
      folderOf: Uint32Array.from(indices, (index) => folderOf[index]),
      names: picked,
      starts: ends,
      labels,
    });
  }
}

/** Collects paths and labels one by one. */
export class LooseImagesBuilder {
  readonly #root: string;
  readonly #folders = new Map<string, number>();
  readonly #folderOf = new Numbers();
  readonly #starts = new Numbers();
  readonly #labels = new Numbers();
  #names = Buffer.alloc(1 << 16);
  #length = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Adds an image by its path below the root, in `/` notation. */
  add(path: string, label: number): void {
    const cut = path.lastIndexOf('/');
    const folder = cut < 0 ? '' : path.slice(0, cut);
    let place = this.#folders.get(folder);
    if (place === undefined) {
      place = this.#folders.size;
      this.#folders.set(folder, place);
    }
    const name = path.slice(cut + 1);
    const most = 3 * name.length;
    if (this.#length + most > this.#names.length) {
      const grown = Buffer.alloc(2 * this.#names.length + most);
      this.#names.copy(grown);
      this.#names = grown;
    }
    this.#starts.push(this.#length);
    this.#length += this.#names.write(name, this.#length);
    this.#folderOf.push(place);
    this.#labels.push(label);
  }

  build(): LooseImages {
    this.#starts.push(this.#length);
    return new LooseImages({
      root: this.#root,
      folders: [...this.#folders.keys()],
      folderOf: Uint32Array.from(this.#folderOf.values()),
      names: Uint8Array.prototype.slice.call(this.#names, 0, this.#length),
      starts: Uint32Array.from(this.#starts.values()),
      labels: Int32Array.from(this.#labels.values()),
    });
  }
}

/** A growing array of whole numbers that are 0 .. 2^31 - 1, four bytes each. */
class Numbers {
  #values = new Int32Array(1024);
  #size = 0;

  push(value: number): void {
    if (this.#size === this.#values.length) {
      const grown = new Int32Array(2 * this.#size);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#size++] = value;
  }

  values(): Int32Array {
    return this.#values.subarray(0, this.#size);
  }
}
