import { defineOptions, flag, having, readArgument, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { BackboneDefinition, LayerContext, VariableInfo, VariableScope } from '@evenkeel/trainer-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { interopErrors } from './errors.js';
import { layersOf, weightsOf } from './layers-model-weights.js';
import type { ModelWeight } from './layers-model-weights.js';

/** How a layers model is used. */
export interface LayersModelOptions {
  /** Shown in reports and compared on resume; default: the model's name. */
  readonly name?: string;
  /** Accepts layers that draw or remember by themselves, and with them that resume is not exact; default false. */
  readonly inexact?: boolean;
}

/** The options of `fromLayersModel`. */
export const layersModelOptions = defineOptions('fromLayersModel', interopErrors.BAD_OPTION, {
  name: text().optional("the model's name"),
  inexact: flag().default(false),
} satisfies SpecOf<LayersModelOptions>);

/**
 * A backbone of your own `tf.LayersModel`: one input `[batch, ...exampleShape]`, one output `[batch, features]`. Its
 * weights are copied into variables of the trainer, which start with the model's values; weights of layers that are not
 * trainable, and running statistics, become statistics. The model itself is never changed: `copyIntoLayersModel` brings
 * the trained weights back. Throws `INTEROP_BAD_OPTION`, `INTEROP_NOT_A_BACKBONE`, `INTEROP_UNREPEATABLE` and `INTEROP_REGULARIZED`; when the
 * network is built `INTEROP_WRONG_INPUT`.
 *
 * @example
 * createTrainer({ data, model: fromLayersModel(tf.sequential({ layers: [...] })) });
 */
export function fromLayersModel(model: LayersModel, options: LayersModelOptions = {}): BackboneDefinition {
  const layersModel = having<LayersModel>('a tf.LayersModel', 'layers', 'inputs', 'outputs');
  readArgument('fromLayersModel', interopErrors.BAD_OPTION, 'model', layersModel, model);
  const { name = model.name, inexact } = layersModelOptions.read(options);
  const outputSize = checkShape(model);
  checkLayers(model, inexact);
  return {
    name,
    build(scope, exampleShape) {
      checkInput(model, exampleShape);
      const bound = weightsOf(model).map((weight) => ({ weight, variable: variableOf(weight, scope) }));
      return {
        outputSize,
        apply: (input, context) => runWith(bound, context, () => apply(model, input, context)),
      };
    },
  };
}

/**
 * Copies the backbone that a trainer has trained (`trainer.variables()`) into the layers model it was made from, to save
 * it or to predict with it. Throws `INTEROP_NOT_IN_TRAINER`, before anything is changed.
 */
export function copyIntoLayersModel(variables: readonly VariableInfo[], model: LayersModel): void {
  const pairs = weightsOf(model).map(({ name, handle }) => {
    const variable = `backbone/${name}`;
    const { shape } = handle.read();
    const found = variables.find((info) => info.name === variable);
    if (found?.variable.shape.join() !== shape.join()) {
      throw interopErrors.NOT_IN_TRAINER({ model: model.name, variable, shape });
    }
    return { handle, from: found.variable };
  });
  for (const { handle, from } of pairs) handle.write(from);
}

function variableOf({ name, trainable, handle }: ModelWeight, scope: VariableScope): Variable {
  const initial = handle.read();
  const values = () => new Float32Array(initial.dataSync());
  return trainable ? scope.weight(name, initial.shape, values) : scope.statistic(name, initial.shape, values);
}

/** Lets the layers read the trainer's variables, and ask for changes of them, while `work` runs. */
function runWith<T>(
  bound: readonly { readonly weight: ModelWeight; readonly variable: Variable }[],
  context: LayerContext,
  work: () => T,
): T {
  for (const { weight, variable } of bound) {
    weight.handle.read = () => variable;
    weight.handle.write = (value) => context.update(variable, value);
  }
  try {
    return work();
  } finally {
    for (const { weight } of bound) {
      // The methods of the class are under them.
      delete (weight.handle as Partial<ModelWeight['handle']>).read;
      delete (weight.handle as Partial<ModelWeight['handle']>).write;
    }
  }
}

function apply(model: LayersModel, input: Tensor, { training }: LayerContext): Tensor2D {
  return model.apply(input, { training }) as Tensor2D;
}

/** The number of features, once inputs and outputs are as they should be. */
function checkShape(model: LayersModel): number {
  const shapes = model.outputs.map(({ shape }) => shape);
  const features = shapes[0]?.[1];
  if (shapes.length !== 1 || shapes[0].length !== 2 || features === null) {
    throw interopErrors.NOT_A_BACKBONE({
      model: model.name,
      expected: 'one output [batch, features]',
      received: shapes.map(inWords).join(' and '),
    });
  }
  if (model.inputs.length !== 1) {
    const received = model.inputs.map(({ shape }) => inWords(shape)).join(' and ');
    throw interopErrors.NOT_A_BACKBONE({ model: model.name, expected: 'one input', received });
  }
  return features;
}

function inWords([, ...shape]: readonly (number | null)[]): string {
  return `[${['batch', ...shape.map((size) => size ?? 'any')].join(', ')}]`;
}

function checkInput(model: LayersModel, received: readonly number[]): void {
  const [, ...expected] = model.inputs[0].shape;
  const fits =
    expected.length === received.length &&
    expected.every((size, axis) => size === null || size === received[axis]);
  if (!fits) throw interopErrors.WRONG_INPUT({ model: model.name, expected, received });
}

const RANDOM = /Dropout|Gaussian|^Random/;

function checkLayers(model: LayersModel, inexact: boolean): void {
  const named = (wrong: (layer: ReturnType<typeof layersOf>[number]) => boolean) =>
    layersOf(model)
      .filter(wrong)
      .map((layer) => layer.name);
  const unrepeatable = named((layer) => {
    const { dropout = 0, recurrentDropout = 0 } = layer.getConfig() as Record<string, number>;
    return RANDOM.test(layer.getClassName()) || dropout > 0 || recurrentDropout > 0 || layer.stateful;
  });
  if (unrepeatable.length > 0 && !inexact) {
    throw interopErrors.UNREPEATABLE({ model: model.name, layers: unrepeatable });
  }
  const regularized = named((layer) => layer.losses.length > 0);
  if (regularized.length > 0) throw interopErrors.REGULARIZED({ model: model.name, layers: regularized });
}
