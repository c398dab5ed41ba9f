import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { PbfReader } from 'pbf';

/** What ONNX Runtime makes of a file with one input and one output. */
export async function onnxRuntime(bytes: Uint8Array, input: Tensor): Promise<Tensor> {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const values = (await input.data()) as Float32Array;
  const [name] = session.inputNames;
  const results = await session.run({ [name]: new ort.Tensor('float32', values, input.shape) });
  const { data, dims } = results[session.outputNames[0]];
  await session.release();
  return tf.tensor(data as Float32Array, [...dims]);
}

/** What a file says of itself, read by the field numbers of `onnx/onnx.proto`. */
export interface OnnxContent {
  /** Types of its nodes, without the last one, which names the output. */
  readonly ops: readonly string[];
  /** Shapes of its constants. */
  readonly constants: readonly (readonly number[])[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads what is in a file. */
export function contentOf(bytes: Uint8Array): OnnxContent {
  const ops: string[] = [];
  const constants: number[][] = [];
  const metadata: Record<string, string> = {};
  const texts = (reader: PbfReader): Record<number, string> =>
    reader.readMessage<Record<number, string>>((tag, found) => {
      if (tag <= 4) found[tag] = reader.readString();
    }, {});
  const sizes = (reader: PbfReader): number[] =>
    reader.readMessage<number[]>((tag, found) => {
      if (tag === 1) found.push(reader.readVarint());
    }, []);
  const readGraph = (tag: number, _: undefined, reader: PbfReader): void => {
    if (tag === 1) ops.push(texts(reader)[4]);
    if (tag === 5) constants.push(sizes(reader));
  };
  new PbfReader(bytes).readFields<undefined>((tag, _, reader) => {
    if (tag === 7) reader!.readMessage(readGraph, undefined);
    if (tag === 14) {
      const entry = texts(reader!);
      metadata[entry[1]] = entry[2];
    }
  }, undefined);
  return { ops: ops.slice(0, -1), constants, metadata };
}
