import * as tf from '@tensorflow/tfjs-core';
import type { LabelledSource, Inspection } from '@evenkeel/trainer-core';

/** What the network gave for some examples, row by row on the host. */
export interface Seen {
  /** Features of the backbone, `[n, d]`. */
  readonly raw: Float32Array;
  /** Features that the classifier saw, `[n, features]`. */
  readonly features: Float32Array;
  /** `[n, classes]`. */
  readonly logits: Float32Array;
  /** `[n]`. */
  readonly labels: Int32Array;
}

const BATCH = 128;

/** Runs examples through the network in evaluation mode, without augmentation. */
export async function look(view: Inspection, source: LabelledSource, indices: Int32Array): Promise<Seen> {
  const parts: Omit<Seen, 'labels'>[] = [];
  for (let from = 0; from < indices.length; from += BATCH) {
    parts.push(await lookAtBatch(view, source, indices.subarray(from, from + BATCH)));
  }
  const joined = (pick: (part: Omit<Seen, 'labels'>) => Float32Array) => join(parts.map(pick));
  return {
    raw: joined((part) => part.raw),
    features: joined((part) => part.features),
    logits: joined((part) => part.logits),
    labels: indices.map((index) => source.labels[index]),
  };
}

async function lookAtBatch(view: Inspection, source: LabelledSource, indices: Int32Array) {
  const shape = [indices.length, ...source.exampleShape];
  const images = new Float32Array(tf.util.sizeFromShape(shape));
  await source.read(indices, images);
  const stages = tf.tidy(() => {
    const { raw, features, logits } = view.forward(tf.tensor(images, shape));
    return { raw, features, logits };
  });
  const read = async (tensor: tf.Tensor) => (await tensor.data()) as Float32Array;
  const [raw, features, logits] = [
    await read(stages.raw),
    await read(stages.features),
    await read(stages.logits),
  ];
  tf.dispose(stages);
  return { raw, features, logits };
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
