import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { BackboneDefinition, VariableScope } from '@evenkeel/trainer-core';
import type { LayerTrace, TracingContext } from './layers/trace.js';

/** One layer of a summary. */
export interface LayerSummary {
  /** Path of the layer, such as `stage1/block0/conv1`. */
  readonly name: string;
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  /** Numbers that the optimizer trains. */
  readonly parameters: number;
  /** Multiplications with addition for one example; only convolutions are counted, as batch normalisation folds into them. */
  readonly multiplyAdds: number;
}

/** Size and cost of a backbone. */
export interface BackboneSummary {
  readonly name: string;
  /** Size of the features. */
  readonly features: number;
  /** Numbers that the optimizer trains, in all layers. */
  readonly parameters: number;
  /** Multiplications with addition for one example. */
  readonly multiplyAdds: number;
  /** The layers in the order of their work; layers of other packages count in `parameters` only. */
  readonly layers: readonly LayerSummary[];
}

/**
 * Sizes and costs of a backbone for one example, found by a forward pass of zeros on the current backend.
 *
 * @example
 * console.table(summary(resnet32(), [32, 32, 3]).layers);
 */
export function summary(backbone: BackboneDefinition, exampleShape: readonly number[]): BackboneSummary {
  const parameters = new Map<string, number>();
  const traces: LayerTrace[] = [];
  const context: TracingContext = {
    training: false,
    share: 1,
    tag: 'evaluation',
    update: () => undefined,
    uniform: (_purpose, shape) => tf.zeros([...shape]),
    log: () => undefined,
    trace: (layer) => traces.push(layer),
  };
  const features = tf.tidy(() => {
    const variables: Variable[] = [];
    const layer = backbone.build(zeroScope('', parameters, variables), exampleShape);
    layer.apply(tf.zeros([1, ...exampleShape]), context);
    for (const variable of variables) variable.dispose();
    return layer.outputSize;
  });
  const layers = traces.map(({ name, outputShape, multiplyAdds }) => ({
    name,
    outputShape: outputShape.slice(1),
    parameters: parameters.get(name) ?? 0,
    multiplyAdds,
  }));
  return {
    name: backbone.name,
    features,
    parameters: [...parameters.values()].reduce((sum, size) => sum + size, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    layers,
  };
}

/** A scope of zeros that counts its weights by path. */
function zeroScope(path: string, parameters: Map<string, number>, variables: Variable[]): VariableScope {
  const make = (shape: readonly number[], trainable: boolean): Variable => {
    const variable = tf.variable(tf.zeros([...shape]), trainable);
    variables.push(variable);
    return variable;
  };
  return {
    path,
    child: (name) => zeroScope(path === '' ? name : `${path}/${name}`, parameters, variables),
    weight(_name, shape) {
      const variable = make(shape, true);
      parameters.set(path, (parameters.get(path) ?? 0) + variable.size);
      return variable;
    },
    statistic: (_name, shape) => make(shape, false),
  };
}
