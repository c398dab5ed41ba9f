import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers, LayersModel } from '@tensorflow/tfjs-layers';

type Layer = layers.Layer;

/** A weight of a layers model under a name that does not depend on how many models the process has made. */
export interface ModelWeight {
  /** Such as `2-BatchNormalization/gamma`. */
  readonly name: string;
  readonly trainable: boolean;
  /** The layer's own handle: `read` and `write` are all that layers use of it. */
  readonly handle: { read(): Tensor; write(value: Tensor): unknown };
}

/** Every weight of a model, each once, in the order of its layers. */
export function weightsOf(model: LayersModel): ModelWeight[] {
  const trainable = new Set(model.trainableWeights);
  const seen = new Set<unknown>();
  const names = new Set<string>();
  return model.layers.flatMap((layer, at) =>
    layer.weights.flatMap((weight) => {
      if (seen.has(weight)) return [];
      seen.add(weight);
      const last = weight.originalName.split('/').at(-1)!;
      let name = `${at}-${layer.getClassName()}/${last}`;
      for (let number = 2; names.has(name); number++)
        name = `${at}-${layer.getClassName()}/${last}-${number}`;
      names.add(name);
      return [{ name, trainable: trainable.has(weight), handle: weight }];
    }),
  );
}

/** All layers of a model, those inside nested models and wrappers included. */
export function layersOf(model: LayersModel): Layer[] {
  const within = (layer: Layer & { layers?: Layer[]; layer?: Layer }): Layer[] => [
    layer,
    ...(layer.layers ?? []).flatMap(within),
    ...(layer.layer ? within(layer.layer) : []),
  ];
  return model.layers.flatMap(within);
}
