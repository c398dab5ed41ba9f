import { defineOptions, number, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { definePlugin, hasBegun, LOSS } from '@evenkeel/trainer-core';
import type { ClassificationContext, StepContext, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { errors } from './errors.js';
import { classBalancedWeights } from './class-balanced-weights.js';
import { countsUnder, priorChoice, priorInWords } from './class-prior.js';
import type { PriorChoice } from './class-prior.js';
import { member } from './family.js';
import { totalWeight, weightedCrossEntropy } from './weighted-cross-entropy.js';

/** Options of the class-balanced loss. */
export interface ClassBalancedLossOptions {
  /** β in [0, 1]: 0 weighs all classes alike, 1 by 1/n_c; default 0.9999. */
  readonly beta?: number;
  /** Whose counts the weights go by; default `sampler`: a batch that is balanced already is not weighted again. */
  readonly prior?: PriorChoice;
}

/** Options of deferred re-weighting. */
export interface DeferredReweightingOptions extends ClassBalancedLossOptions {
  /**
   * The first epoch with weights, zero-based, as a whole number; below 1 the share of the run before it, which leaves at least the last epoch.
   * Default 0.8, the authors' epoch 160 of 200.
   */
  readonly from?: number;
}

const classBalancedSpec = {
  beta: number({ min: 0, max: 1 }).default(0.9999),
  prior: priorChoice.default('sampler'),
} satisfies SpecOf<ClassBalancedLossOptions>;

/** The options of `classBalancedLoss`. */
export const classBalancedOptions = defineOptions('classBalancedLoss', errors.BAD_OPTION, classBalancedSpec);

/** The options of `deferredReweighting`. */
export const deferredOptions = defineOptions('deferredReweighting', errors.BAD_OPTION, {
  ...classBalancedSpec,
  from: whole()
    .or(number({ above: 0, below: 1 }))
    .default(0.8),
} satisfies SpecOf<DeferredReweightingOptions>);

/**
 * Class-balanced loss: cross-entropy weighted by the effective number of examples, w_c ∝ (1 − β)/(1 − β^n_c). Fills the role
 * LOSS. Throws `LOGIT_ADJUST_BAD_OPTION`. Source: Cui et al., CVPR 2019.
 */
export function classBalancedLoss(options: ClassBalancedLossOptions = {}): TrainerPlugin {
  return reweighting('/class-balanced-loss', { ...classBalancedOptions.read(options), from: 0 });
}

/**
 * Deferred re-weighting (DRW): plain cross-entropy first, the class-balanced loss in the last part of the run. Fills the
 * role LOSS; with `ldam()` it is LDAM-DRW. Throws `LOGIT_ADJUST_BAD_OPTION`. Source: Cao et al., NeurIPS 2019, with the weights
 * of the authors' code.
 */
export function deferredReweighting(options: DeferredReweightingOptions = {}): TrainerPlugin {
  return reweighting('/deferred-reweighting', deferredOptions.read(options));
}

function reweighting(
  suffix: '/class-balanced-loss' | '/deferred-reweighting',
  { from, beta, prior }: Required<DeferredReweightingOptions>,
): TrainerPlugin {
  const start = from === 0 ? '' : from < 1 ? ` after ${from} of the run` : ` from epoch ${from}`;
  return definePlugin({
    ...member(suffix),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `cross-entropy weighted by effective numbers (beta ${beta})${start}, ${priorInWords(prior)}`,
    setup({ roles, hooks }) {
      hooks.events$.subscribe((event) => {
        if (event.type !== 'fit-start' || event.epochs === 0 || from < event.epochs) return;
        throw errors.NEVER_STARTS({ from, epochs: event.epochs });
      });
      const weightsIn = (context: ClassificationContext): Tensor1D =>
        deferred(classBalancedWeights(countsUnder(prior, context), beta), from, context);
      roles.provide(LOSS, {
        name: `class-balanced cross-entropy (beta ${beta})${start}`,
        settings: { prior },
        loss: (logits, context: ClassificationContext) =>
          weightedCrossEntropy(logits, context.targets, weightsIn(context)),
        weight: (context: ClassificationContext) => totalWeight(context.targets, weightsIn(context)),
      });
    },
  });
}

/** The weights from the epoch `from` on, ones before it; the choice is made by the step's own inputs. */
function deferred(weights: Tensor1D, from: number, context: StepContext): Tensor1D {
  if (from === 0) return weights;
  const begun = hasBegun(from, context);
  return tf.add(tf.mul(weights, begun), tf.sub(1, begun));
}
