import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Attribution } from '../assembly/attribution.js';
import type { NetworkStages } from '../contract/inspector.js';
import type {
  BackboneDefinition,
  ClassifierDefinition,
  FeatureTransformDefinition,
  Layer,
  LayerContext,
  NetworkPart,
} from '../contract/layers.js';
import type { StageSizes } from '../contract/step.js';
import type { VariableStore } from './variable-store.js';

/** Backbone, feature transforms and classifier, built and joined. */
export interface Network {
  readonly sizes: StageSizes;
  /** Inputs `[batch, ...exampleShape]` to features and logits; each part with its own context. */
  stages(inputs: Tensor, contextOf: (part: NetworkPart) => LayerContext): NetworkStages;
  /** The same in evaluation mode: nothing is updated, nothing is drawn. */
  evaluate(inputs: Tensor): NetworkStages;
  /** The backbone alone, in evaluation mode. */
  evaluateBackbone(inputs: Tensor): Tensor2D;
  /** What is behind the backbone, in evaluation mode. */
  evaluateHead(raw: Tensor2D): Omit<NetworkStages, 'raw'>;
}

/** What a network is built from. */
export interface NetworkParts {
  readonly backbone: BackboneDefinition;
  readonly featureTransforms: readonly FeatureTransformDefinition[];
  readonly classifier: ClassifierDefinition;
  readonly attribution: Attribution;
}

/** Builds the network, its variables in `store`. Throws TRAINER_ROLE_RETURNED when a part gives another shape than it says. */
export function buildNetwork(
  parts: NetworkParts,
  store: VariableStore,
  exampleShape: readonly number[],
  outputs: number,
): Network {
  const backbone = parts.backbone.build(store.scope('backbone'), exampleShape);
  const transforms: Layer<Tensor2D, Tensor2D>[] = [];
  let features = backbone.outputSize;
  for (const transform of parts.featureTransforms) {
    const layer = transform.build(store.scope('features').child(transform.name), features);
    features = layer.outputSize;
    transforms.push(layer);
  }
  const classifier = parts.classifier.build(store.scope('classifier'), features, outputs);
  type ContextOf = Parameters<Network['stages']>[1];
  const head = (raw: Tensor2D, contextOf: ContextOf): Omit<NetworkStages, 'raw'> => {
    const changed = transforms.reduce((value, layer) => layer.apply(value, contextOf('features')), raw);
    const given = classifier.apply(changed, contextOf('classifier'));
    return !('experts' in given)
      ? { features: changed, logits: given }
      : { features: changed, logits: given.logits, experts: given.experts };
  };
  const stages: Network['stages'] = (inputs, contextOf) => {
    const raw = backbone.apply(inputs, contextOf('backbone'));
    return { raw, ...head(raw, contextOf) };
  };
  const evaluating = (): LayerContext => evaluationContext;
  checkShapes(parts, backbone, transforms, exampleShape, (raw) => head(raw, evaluating), outputs);
  return {
    sizes: { exampleShape, raw: backbone.outputSize, features, outputs },
    stages,
    evaluate: (inputs) => stages(inputs, evaluating),
    evaluateBackbone: (inputs) => backbone.apply(inputs, evaluationContext),
    evaluateHead: (raw) => head(raw, evaluating),
  };
}

/** Runs one example of zeros through the network: fails early, with the name of the part whose shapes are not as it says. */
function checkShapes(
  { backbone: definition, featureTransforms, classifier, attribution }: NetworkParts,
  backbone: Layer<Tensor, Tensor2D>,
  transforms: readonly Layer<Tensor2D, Tensor2D>[],
  exampleShape: readonly number[],
  head: (raw: Tensor2D) => Omit<NetworkStages, 'raw'>,
  outputs: number,
): void {
  const expectWidth = (value: { readonly name: string }, what: string, tensor: Tensor, width: number) => {
    const { shape } = tensor;
    if (shape.length === 2 && shape[1] === width) return;
    attribution.refuse(
      value,
      'build().apply',
      `expected ${what} [batch, ${width}], it gave a tensor of shape [${shape.join(', ')}]`,
    );
  };
  tf.tidy(() => {
    const raw = backbone.apply(tf.zeros([1, ...exampleShape]), evaluationContext);
    expectWidth(definition, 'features', raw, backbone.outputSize);
    transforms.reduce((value, layer, at) => {
      const changed = layer.apply(value, evaluationContext);
      expectWidth(featureTransforms[at], 'features', changed, layer.outputSize);
      return changed;
    }, raw);
    const { logits, experts = [] } = head(raw);
    for (const each of [logits, ...experts]) expectWidth(classifier, 'logits', each, outputs);
  });
}

/** The context of evaluation and prediction: nothing is updated, nothing is drawn, nothing is logged. */
export const evaluationContext: LayerContext = {
  training: false,
  share: 1,
  tag: 'evaluation',
  update: () => undefined,
  uniform: (_purpose, shape) => tf.zeros([...shape]),
  log: () => undefined,
};
