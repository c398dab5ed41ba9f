import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { crossEntropyWithLogits, linearClassifier, VariableStore } from '@evenkeel/trainer-core';
import type {
  BackboneDefinition,
  FeatureTransformDefinition,
  LayerContext,
  OptimizerDefinition,
  PlainStep,
  VariableInfo,
} from '@evenkeel/trainer-core';

/** What a hand-written program trains. */
export interface HandWrittenOptions {
  readonly backbone: BackboneDefinition;
  readonly exampleShape: readonly number[];
  readonly classes: number;
  readonly optimizer: OptimizerDefinition;
  /** Default: none. */
  readonly transforms?: readonly FeatureTransformDefinition[];
  readonly seed?: number;
  /** Makes the step fast: `compileStep`; default: op by op. */
  readonly compile?: (step: PlainStep) => PlainStep & { dispose(): void };
}

/** A training loop that somebody writes by hand, with the layers and the optimizer that the trainer would use. */
export interface HandWritten {
  /** One step: `images`, `targets` and `learningRate` in, the loss out, read on the host; variables move. */
  step(inputs: NamedTensorMap): Promise<number>;
  readonly variables: readonly VariableInfo[];
  dispose(): void;
}

/** Builds it: variables of the same names and first values as a trainer of this seed makes. */
export function handWritten(options: HandWrittenOptions): HandWritten {
  const { backbone, exampleShape, classes, optimizer, transforms = [], seed = 0, compile } = options;
  const store = new VariableStore(seed);
  const network = backbone.build(store.scope('backbone'), exampleShape);
  let features = network.outputSize;
  const layers = transforms.map((transform) => {
    const layer = transform.build(store.scope(`features/${transform.name}`), features);
    features = layer.outputSize;
    return layer;
  });
  const classifier = linearClassifier().build(store.scope('classifier'), features, classes);
  const weights = store.weights();
  const rule = optimizer.build(store.scope('optimizer'), weights);

  const plain: PlainStep = ({ images, targets, learningRate }) => {
    const updates = new Map<tf.Variable, Tensor>();
    const update = (variable: tf.Variable, value: Tensor) => {
      updates.get(variable)?.dispose();
      updates.set(variable, tf.keep(tf.clone(value)));
    };
    const uniform = (): Tensor => {
      throw new Error('a benchmarked network draws nothing');
    };
    const context: LayerContext = {
      training: true,
      share: 1,
      tag: 'base',
      update,
      uniform,
      log: () => undefined,
    };
    const forward = (): Scalar => {
      const plainFeatures = network.apply(images, context);
      const changed = layers.reduce((value, layer) => layer.apply(value, context), plainFeatures);
      return crossEntropyWithLogits(classifier.apply(changed, context), targets as Tensor2D);
    };
    const { value: loss, grads } = tf.variableGrads(
      forward,
      weights.map(({ variable }) => variable),
    );
    const gradients = new Map(weights.map((info) => [info, grads[info.variable.name]]));
    rule.apply(gradients, {
      learningRate: learningRate as Scalar,
      epoch: learningRate as Scalar,
      step: learningRate as Scalar,
      log: () => undefined,
      update,
      next: (variable) => updates.get(variable) ?? variable,
    });
    const outputs: NamedTensorMap = { loss };
    for (const [variable, value] of updates) {
      outputs[variable.name] = tf.clone(value);
      value.dispose();
    }
    return outputs;
  };
  const compiled = compile?.(plain);
  const run = compiled ?? plain;
  const byName = new Map(store.all().map(({ variable }) => [variable.name, variable]));
  const noDraw = (): Tensor1D => tf.tensor1d([]);
  return {
    variables: store.all(),
    async step(inputs) {
      const { loss, ...updates } = tf.tidy(() => run(inputs, noDraw));
      const [value] = await loss.data();
      loss.dispose();
      for (const [name, next] of Object.entries(updates)) {
        byName.get(name)!.assign(next);
        next.dispose();
      }
      return value;
    },
    dispose() {
      compiled?.dispose();
      store.dispose();
    },
  };
}
