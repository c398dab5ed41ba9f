/** Images of 28 × 28 grey pixels and their classes. */
export interface LabelledImages {
  /** `[images, 28, 28, 1]`, flat. */
  readonly pixels: Uint8Array;
  /** `[images]`. */
  readonly labels: Int32Array;
}

/** Bytes of an image. */
export const IMAGE_BYTES: number = 28 * 28;

/** The images at `indices`, in that order. */
export function takeImages(images: LabelledImages, indices: Int32Array): LabelledImages {
  const pixels = new Uint8Array(indices.length * IMAGE_BYTES);
  indices.forEach((index, place) => {
    pixels.set(images.pixels.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES), place * IMAGE_BYTES);
  });
  return { pixels, labels: Int32Array.from(indices, (index) => images.labels[index]) };
}
