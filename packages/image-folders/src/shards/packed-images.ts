import type { ImagePlace, ImageTable } from '../listing/image-table.js';

/** The columns of a `PackedImages`. */
export interface PackedColumns {
  /** Paths of the shards. */
  readonly shards: readonly string[];
  /** Which shard every image lies in, `[images]`. */
  readonly shardOf: Uint32Array;
  /** First byte of the image in its shard, `[images]`. */
  readonly offsets: Float64Array;
  /** Bytes, `[images]`. */
  readonly lengths: Uint32Array;
  /** `[images]`. */
  readonly labels: Int32Array;
}

/** Images in tar files, each read by its offset; twenty bytes an image. */
export class PackedImages implements ImageTable {
  readonly columns: PackedColumns;

  constructor(columns: PackedColumns) {
    this.columns = columns;
  }

  get size(): number {
    return this.columns.labels.length;
  }

  get labels(): Int32Array {
    return this.columns.labels;
  }

  place(index: number): ImagePlace {
    const { shards, shardOf, offsets, lengths } = this.columns;
    return { file: shards[shardOf[index]], offset: offsets[index], length: lengths[index] };
  }

  nameOf(index: number): string {
    const { shards, shardOf, offsets } = this.columns;
    return `${shards[shardOf[index]]} at byte ${offsets[index]}`;
  }

  pick(indices: Int32Array, labels: Int32Array = indices.map((index) => this.labels[index])): PackedImages {
    const { shards, shardOf, offsets, lengths } = this.columns;
    return new PackedImages({
      shards,
      shardOf: Uint32Array.from(indices, (index) => shardOf[index]),
      offsets: Float64Array.from(indices, (index) => offsets[index]),
      lengths: Uint32Array.from(indices, (index) => lengths[index]),
      labels,
    });
  }
}
