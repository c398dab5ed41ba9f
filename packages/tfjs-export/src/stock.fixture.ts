import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';

type Topology = { readonly node: readonly { readonly op: string }[] };
/** What a graph model computes with, without constants and names. */
export const opsOf = ({ modelTopology }: tf.io.ModelArtifacts): string[] =>
  (modelTopology as Topology).node
    .map(({ op }) => op)
    .filter((op) => !['Placeholder', 'Const', 'Identity'].includes(op));

/** What stock TensorFlow.js makes of a model. */
export async function stock(artifacts: tf.io.ModelArtifacts, input: Tensor): Promise<Tensor> {
  const model = await loadGraphModel(tf.io.fromMemory(artifacts));
  const output = model.predict(input) as Tensor;
  model.dispose();
  return output;
}
