import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { BACKBONE, CLASSIFIER, FEATURE_TRANSFORMS } from '../contract/core-roles.js';
import type { NetworkStages } from '../contract/inspector.js';
import type { Layer, LayerContext, NetworkPart } from '../contract/layers.js';
import type { Resolve } from '../contract/plugin.js';
import { trainerErrors } from '../errors.js';
import type { VariableStore } from './variable-store.js';

/** Backbone, feature transforms and classifier, built and joined. */
export interface Network {
  /** Images `[batch, ...exampleShape]` to features and logits; each part with its own context. */
  stages(images: Tensor, contextOf: (part: NetworkPart) => LayerContext): NetworkStages;
  /** The same in evaluation mode: nothing is updated, nothing is drawn. */
  evaluate(images: Tensor): NetworkStages;
  /** The backbone alone, in evaluation mode. */
  evaluateBackbone(images: Tensor): Tensor2D;
  /** What is behind the backbone, in evaluation mode. */
  evaluateHead(raw: Tensor2D): Omit<NetworkStages, 'raw'>;
}

/** Builds the network that the roles describe, its variables in `store`. */
export function buildNetwork(
  resolve: Resolve,
  store: VariableStore,
  exampleShape: readonly number[],
  classes: number,
): Network {
  const definition = resolve(BACKBONE);
  const backbone = definition.build(store.scope('backbone'), exampleShape);
  const transforms: Layer<Tensor2D, Tensor2D>[] = [];
  let features = backbone.outputSize;
  for (const transform of resolve(FEATURE_TRANSFORMS)) {
    const layer = transform.build(store.scope('features').child(transform.name), features);
    features = layer.outputSize;
    transforms.push(layer);
  }
  const classifier = resolve(CLASSIFIER).build(store.scope('classifier'), features, classes);
  checkFeatures(definition.name, backbone, exampleShape);
  type ContextOf = Parameters<Network['stages']>[1];
  const head = (raw: Tensor2D, contextOf: ContextOf): Omit<NetworkStages, 'raw'> => {
    const changed = transforms.reduce((value, layer) => layer.apply(value, contextOf('features')), raw);
    return { features: changed, logits: classifier.apply(changed, contextOf('classifier')) };
  };
  const stages: Network['stages'] = (images, contextOf) => {
    const raw = backbone.apply(images, contextOf('backbone'));
    return { raw, ...head(raw, contextOf) };
  };
  const evaluating = (): LayerContext => evaluationContext;
  return {
    stages,
    evaluate: (images) => stages(images, evaluating),
    evaluateBackbone: (images) => backbone.apply(images, evaluationContext),
    evaluateHead: (raw) => head(raw, evaluating),
  };
}

/** Fails early, with the backbone's name, when it does not give `[batch, outputSize]`. */
function checkFeatures(
  name: string,
  backbone: Layer<Tensor, Tensor2D>,
  exampleShape: readonly number[],
): void {
  tf.tidy(() => {
    const { shape } = backbone.apply(tf.zeros([1, ...exampleShape]), evaluationContext);
    if (shape.length !== 2 || shape[1] !== backbone.outputSize) {
      const expected = `features [batch, ${backbone.outputSize}]`;
      throw trainerErrors.BAD_FEATURES({ layer: name, expected, received: shape });
    }
  });
}

/** The context of evaluation and prediction: nothing is updated, nothing is drawn. */
export const evaluationContext: LayerContext = {
  training: false,
  tag: 'evaluation',
  update: () => undefined,
  uniform: (_purpose, shape) => tf.zeros([...shape]),
};
