/** Where the bytes of one image lie. */
export interface ImagePlace {
  /** Path of a file: the image itself, or the shard that holds it. */
  readonly file: string;
  /** First byte in the file. */
  readonly offset: number;
  /** Bytes; -1: the whole file. */
  readonly length: number;
}

/** Images that are known by place and class, none of them read yet; kept compact, for hundreds of thousands of them. */
export interface ImageTable {
  /** Number of images. */
  readonly size: number;
  /** The class of every image, `[size]`. */
  readonly labels: Int32Array;
  /** Where image `index` lies. */
  place(index: number): ImagePlace;
  /** What to call image `index` in a message. */
  nameOf(index: number): string;
  /** The table of the images at `indices`, in that order, with other labels when given. */
  pick(indices: Int32Array, labels?: Int32Array): ImageTable;
}
