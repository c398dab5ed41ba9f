import { messageOf } from '@evenkeel/errors';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { errors } from '../errors.js';

/** How a file becomes an input of the model. */
export interface Preparation {
  /** Side of the inputs, pixels. */
  readonly size: number;
  /** The smaller side before the crop, pixels. */
  readonly resize: number;
  /** 3, or 1 for grey. */
  readonly channels: number;
  /** Of pixels scaled to 0 .. 1, `[channels]`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A network that tells the classes of images. */
export interface ImageClassifier {
  readonly classNames: readonly string[];
  readonly preparation: Preparation;
  /** Probabilities, `[images, classes]` row by row, of `inputs`, `[images, size, size, channels]`, prepared. */
  probabilities(inputs: Float32Array, images: number): Promise<Float32Array>;
  dispose(): void;
}

interface Metadata {
  readonly classNames?: readonly string[];
  readonly normalisation?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly preprocessing?: { readonly resize: number; readonly size: number };
}

/**
 * Reads a graph model with the names and numbers in its metadata. Throws EVENKEEL_MODEL_DAMAGED, and EVENKEEL_NOT_FOR_IMAGES for a
 * model of anything but square images.
 */
export async function readClassifier(file: string): Promise<ImageClassifier> {
  const { model, metadata } = await loadModel(file);
  const shape = model.inputs[0].shape ?? [];
  const [, height, width, channels] = shape;
  if (shape.length !== 4 || height !== width || ![1, 3].includes(channels)) {
    throw errors.NOT_FOR_IMAGES({ file, shape });
  }
  const { normalisation, preprocessing } = metadata;
  const logitsOf = (inputs: tf.Tensor) => model.predict(inputs) as tf.Tensor2D;
  // The graph need not say how many classes it tells: an image does.
  const [, classes] = tf.tidy(() => logitsOf(tf.zeros([1, height, width, channels])).shape);
  return {
    classNames: metadata.classNames ?? Array.from({ length: classes }, (_, label) => String(label)),
    preparation: {
      size: height,
      resize: preprocessing?.resize ?? height,
      channels,
      mean: normalisation?.mean ?? new Array<number>(channels).fill(0),
      std: normalisation?.std ?? new Array<number>(channels).fill(1),
    },
    probabilities: async (inputs, images) => {
      const rows = tf.tidy(() => tf.softmax(logitsOf(tf.tensor(inputs, [images, height, width, channels]))));
      try {
        return (await rows.data()) as Float32Array;
      } finally {
        rows.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}

async function loadModel(file: string): Promise<{ model: GraphModel; metadata: Metadata }> {
  try {
    const { weightsManifest, ...description } = JSON.parse(
      await readFile(file, 'utf8'),
    ) as tf.io.ModelJSON & {
      readonly userDefinedMetadata?: Metadata;
    };
    const paths = weightsManifest.flatMap((group) => group.paths);
    const parts = await Promise.all(paths.map((path) => readFile(join(dirname(file), path))));
    const artifacts = {
      ...description,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: Uint8Array.from(Buffer.concat(parts)).buffer,
    };
    const model = await loadGraphModel(tf.io.fromMemory(artifacts));
    return { model, metadata: description.userDefinedMetadata ?? {} };
  } catch (cause) {
    const reason = messageOf(cause);
    throw errors.MODEL_DAMAGED({ file, reason }, { cause });
  }
}
