import { fromArrays } from '@evenkeel/datasets-lt/browser';
import type { FromArraysOptions, LabelledArrays } from '@evenkeel/datasets-lt/browser';
import type { ClassDataset } from '@evenkeel/trainer-core';

/** Everything of a data set but its images. */
export type Description = Omit<FromArraysOptions, 'train' | 'validation' | 'test'>;

/** The head of the file: what the images are, and how many follow. */
interface Head {
  readonly about: Description;
  readonly sizes: readonly [train: number, test: number];
}

const LENGTH_BYTES = 4;

/**
 * A data set as one file, for a page to fetch: the length of a JSON head (uint32, little-endian), the head, then for the
 * training and the test part one byte per label and one per pixel.
 */
export function packImages(about: Description, train: LabelledArrays, test: LabelledArrays): Uint8Array {
  const head = new TextEncoder().encode(
    JSON.stringify({ about, sizes: [train.labels.length, test.labels.length] } satisfies Head),
  );
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, head.length, true);
  const bodies = [train, test].flatMap(({ labels, images }) => [Uint8Array.from(labels), images]);
  return concatenate([length, head, ...bodies]);
}

/** The data set in a file of `packImages`; its pixels are views of the file. */
export function unpackImages(file: Uint8Array): ClassDataset {
  const headLength = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  let at = LENGTH_BYTES;
  const take = (length: number) => file.subarray(at, (at += length));
  const { about, sizes } = JSON.parse(new TextDecoder().decode(take(headLength))) as Head;
  const pixels = about.exampleShape.reduce((product, extent) => product * extent);
  const [train, test] = sizes.map((size) => ({
    labels: Int32Array.from(take(size)),
    images: take(size * pixels),
  }));
  return fromArrays({ ...about, train, test });
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
