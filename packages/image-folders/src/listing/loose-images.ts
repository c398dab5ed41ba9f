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

const [SLASH] = Buffer.from('/');

/** Collects paths and labels one by one. */
export class LooseImagesBuilder {
  readonly #root: string;
  readonly #folders = new Map<string, number>();
  readonly #folderOf = new Numbers();
  readonly #starts = new Numbers();
  readonly #labels = new Numbers();
  #last: { readonly name: Buffer; readonly place: number } | undefined;
  #names = Buffer.alloc(1 << 16);
  #length = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Adds an image by its path below the root, in `/` notation. */
  add(path: string, label: number): void {
    const bytes = Buffer.from(path);
    this.addBytes(bytes, 0, bytes.length, label);
  }

  /** The same, the path being a part of some bytes, UTF-8. */
  addBytes(bytes: Buffer, from: number, end: number, label: number): void {
    let name = end;
    while (name > from && bytes[name - 1] !== SLASH) name--;
    const cut = Math.max(from, name - 1);
    const length = end - name;
    if (this.#length + length > this.#names.length) {
      const grown = Buffer.alloc(2 * this.#names.length + length);
      this.#names.copy(grown);
      this.#names = grown;
    }
    this.#starts.push(this.#length);
    for (let at = name; at < end; at++) this.#names[this.#length++] = bytes[at];
    this.#folderOf.push(this.#folderAt(bytes, from, cut));
    this.#labels.push(label);
  }

  /** The place of a folder among the folders; lists mostly name the same one many times in a row. */
  #folderAt(bytes: Buffer, from: number, end: number): number {
    if (this.#last && isAt(bytes, from, end, this.#last.name)) return this.#last.place;
    const folder = bytes.toString('utf8', from, end);
    const place = this.#folders.get(folder) ?? this.#folders.size;
    this.#folders.set(folder, place);
    this.#last = { name: Buffer.from(bytes.subarray(from, end)), place };
    return place;
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

function isAt(bytes: Uint8Array, from: number, end: number, name: Uint8Array): boolean {
  if (end - from !== name.length) return false;
  for (let at = name.length - 1; at >= 0; at--) if (bytes[from + at] !== name[at]) return false;
  return true;
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
