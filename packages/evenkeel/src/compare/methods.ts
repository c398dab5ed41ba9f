import { endToEnd } from '@evenkeel/end-to-end';
import { bet } from '@evenkeel/plugin-bet';
import { cRT, lws, ncm, tauNorm } from '@evenkeel/plugin-decouple';
import {
  balancedSoftmax,
  classBalancedLoss,
  deferredReweighting,
  focal,
  labelAwareSmoothing,
  ldam,
  logitAdjust,
  postHocLogitAdjust,
} from '@evenkeel/plugin-logit-adjust';
import { whitening } from '@evenkeel/plugin-whitening';
import type { WhiteningOptions } from '@evenkeel/plugin-whitening';
import {
  BALANCED_SAMPLER,
  classBalanced,
  definePlugin,
  fromCheckpoint,
  progressive,
  squareRoot,
} from '@evenkeel/trainer-core';
import type { CheckpointSource, SamplerDefinition, TrainerOptions } from '@evenkeel/trainer-core';
import { compareErrors } from './errors.js';

/** What a method changes in plain training: options of `createTrainer`, its plugins above all. */
export type MethodOptions = Pick<
  TrainerOptions,
  'classifier' | 'initialWeights' | 'loss' | 'plugins' | 'sampler'
>;

/** What a second stage needs. */
export interface Stage {
  /** The last checkpoint of the first stage with the same seed and settings. */
  readonly from: CheckpointSource;
  /** To be told what was chosen on the validation part, such as `{ tau: 0.7 }`. */
  readonly onChosen: (values: Readonly<Record<string, number>>) => void;
}

/** A way of training, by what it changes. */
export interface Method {
  /** In one sentence, for `--list`. */
  readonly summary: string;
  readonly options: (stage: Stage) => MethodOptions;
  /** Makes it a second stage, on the checkpoint of this method. */
  readonly base?: string;
  /** How long a second stage trains, in epochs and at most the budget of the first; 0: not at all. */
  readonly epochs?: number;
  /** Whether it chooses something on the validation part. */
  readonly chooses?: boolean;
  /** Whether one of its plugins brings the classifier; that of the recipe stays out then. */
  readonly bringsClassifier?: boolean;
}

const norm = () => whitening({ method: 'batch-norm' });

/** The paper's four modules, with other whitening. */
const four = (summary: string, options?: WhiteningOptions): Method => ({
  summary,
  options: () => ({ plugins: endToEnd({ whitening: options }) }),
});

/** Another sampler than B3RS where balanced batches are asked for. */
const embeddable = (sampler: SamplerDefinition) =>
  definePlugin({
    name: 'balanced-sampler',
    version: '0.1.0',
    api: '^2.0',
    description: sampler.name,
    setup: ({ roles }) => roles.provide(BALANCED_SAMPLER, sampler),
  });

/** Every method by its name in tables; a composition of your own is one more line. */
export const METHODS = {
  ce: { summary: 'plain cross-entropy', options: () => ({}) },
  la: { summary: 'logit adjustment in the loss', options: () => ({ plugins: [logitAdjust()] }) },
  'la-posthoc': {
    summary: 'logit adjustment of the trained `ce` in evaluation',
    base: 'ce',
    epochs: 0,
    options: ({ from }) => ({ initialWeights: fromCheckpoint(from), plugins: [postHocLogitAdjust()] }),
  },
  'balanced-softmax': {
    summary: "balanced softmax: the adjustment with the training set's counts",
    options: () => ({ plugins: [balancedSoftmax()] }),
  },
  'ldam-drw': {
    summary: 'LDAM with deferred re-weighting',
    bringsClassifier: true,
    options: () => ({ plugins: [ldam(), deferredReweighting()] }),
  },
  'cb-loss': { summary: 'class-balanced loss', options: () => ({ plugins: [classBalancedLoss()] }) },
  focal: { summary: 'focal loss', options: () => ({ plugins: [focal()] }) },
  las: { summary: 'label-aware smoothing', options: () => ({ plugins: [labelAwareSmoothing()] }) },
  cb: { summary: 'class-balanced sampling', options: () => ({ sampler: classBalanced() }) },
  sqrt: { summary: 'square-root sampling', options: () => ({ sampler: squareRoot() }) },
  progressive: {
    summary: 'from instance-balanced to class-balanced sampling',
    options: () => ({ sampler: progressive() }),
  },
  bn: { summary: 'batch norm before the classifier', options: () => ({ plugins: [norm()] }) },
  'bn+la': { summary: 'batch norm, logit adjustment', options: () => ({ plugins: [norm(), logitAdjust()] }) },
  'bn+cb': {
    summary: 'batch norm, class-balanced sampling',
    options: () => ({ plugins: [norm()], sampler: classBalanced() }),
  },
  whiten: { summary: 'whitening before the classifier', options: () => ({ plugins: [whitening()] }) },
  'whiten+la': {
    summary: 'whitening, logit adjustment',
    options: () => ({ plugins: [whitening(), logitAdjust()] }),
  },
  'whiten+b3rs+la': {
    summary: 'whitening, every batch relatively balanced, logit adjustment',
    options: () => ({ plugins: endToEnd({ bet: false }) }),
  },
  'b3rs+bet+la': {
    summary: 'relatively balanced batches embedded, logit adjustment',
    options: () => ({ plugins: endToEnd({ whitening: false }) }),
  },
  'bn+b3rs+bet+la': {
    summary: 'batch norm, relatively balanced batches embedded, logit adjustment',
    options: () => ({ plugins: endToEnd({ whitening: { method: 'batch-norm' } }) }),
  },
  'whiten+b3rs+bet+la': four("the paper's four modules"),
  'whiten+cb+bet+la': {
    summary: 'the same with class-balanced instead of relatively balanced batches',
    options: () => ({ plugins: endToEnd({ b3rs: false }) }),
  },
  'bn+cb+bet+la': {
    summary: 'the same with batch norm instead of whitening',
    options: () => ({ plugins: endToEnd({ whitening: { method: 'batch-norm' }, b3rs: false }) }),
  },
  'whiten+sqrt+bet+la': {
    summary:
      'whitening, embedded batches between instance- and class-balanced (shares by the root of counts), logit adjustment',
    options: () => ({ plugins: [whitening(), embeddable(squareRoot()), bet(), logitAdjust()] }),
  },
  'whiten-epsilon0.01': four('the four modules, whitening with ε = 0.01, closer to white', { epsilon: 0.01 }),
  'whiten-epsilon0.5': four('the four modules, whitening with ε = 0.5, half way to white', { epsilon: 0.5 }),
  'whiten-groups4': four('the four modules, whitening in groups of a quarter of the features', { groups: 4 }),
  'whiten-newton': four('the four modules, whitening by 5 Newton iterations', { method: 'newton' }),
  'whiten-blend0.5': four('the four modules, whitening by the mean of batch and running statistics', {
    blend: 0.5,
  }),
  'whiten-affine': four('the four modules, whitening with a trained scale and shift behind it', {
    affine: true,
  }),
  'whiten-embedded': four('the four modules, running statistics of embedded batches only', {
    statistics: ['embedded'],
  }),
  'whiten-classes': four('the four modules, whitening by statistics in which classes count alike', {
    weighting: 'classes',
  }),
  'whiten-late': four('the four modules, whitening from the middle of the training on', { from: 0.5 }),
  'whiten-shares': {
    summary: 'the four modules, blocks drawn as 1 : 2 : 2, so less of the largest classes',
    options: () => ({ plugins: endToEnd({ b3rs: { shares: [1, 2, 2] } }) }),
  },
  crt: {
    summary: 'a fresh classifier on the frozen network of `ce`, class-balanced batches',
    base: 'ce',
    epochs: 10,
    options: ({ from }) => ({ plugins: [cRT({ from })] }),
  },
  'bn+crt': {
    summary: 'the same on the frozen network of `bn`, batch norm before the classifier',
    base: 'bn',
    epochs: 10,
    options: ({ from }) => ({ plugins: [norm(), cRT({ from })] }),
  },
  'whiten+crt': {
    summary: 'the same on the frozen network of `whiten`, whitening before the classifier',
    base: 'whiten',
    epochs: 10,
    options: ({ from }) => ({ plugins: [whitening(), cRT({ from })] }),
  },
  lws: {
    summary: 'a learnable scale per class on the frozen network of `ce`, class-balanced batches',
    base: 'ce',
    epochs: 5,
    options: ({ from }) => ({ plugins: [lws({ from })] }),
  },
  'tau-norm': {
    summary: 'the classifier of `ce` with normalised weights, tau chosen on the validation part',
    base: 'ce',
    epochs: 0,
    chooses: true,
    options: ({ from, onChosen }) => ({
      plugins: [tauNorm({ from, onChosen: ({ tau }) => onChosen({ tau }) })],
    }),
  },
  ncm: {
    summary: 'the nearest class mean of the features of `ce`',
    base: 'ce',
    epochs: 0,
    options: ({ from }) => ({ plugins: [ncm({ from })] }),
  },
} as const satisfies Record<string, Method>;

/** The names of {@link METHODS}. */
export const METHOD_NAMES: readonly string[] = Object.keys(METHODS);

/** A method by its name. Throws COMPARE_UNKNOWN_METHOD. */
export function methodOf(name: string): Method {
  const method = (METHODS as Readonly<Record<string, Method | undefined>>)[name];
  if (method === undefined) throw compareErrors.UNKNOWN_METHOD({ received: name, known: METHOD_NAMES });
  return method;
}
