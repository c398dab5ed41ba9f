import { definePlugin, LOGIT_TRANSFORMS, POSTHOC_TRANSFORMS } from '@evenkeel/trainer-core';
import type { LogitTransform, PosthocTransform, TrainerPlugin } from '@evenkeel/trainer-core';
import { adjustedLogits, posthocLogits } from './adjusted-logits.js';
import { logitAdjustSettings } from './logit-adjust-settings.js';
import type { LogitAdjustOptions, LogitAdjustSettings } from './logit-adjust-settings.js';
import { version } from './version.js';

/**
 * Logit adjustment: adds τ·log π to the logits in front of the training loss, or subtracts it in evaluation. In training π
 * is by default the class distribution that the batch's own sampler draws from. Throws `LOGIT_ADJUST_BAD_OPTION` or
 * `LOGIT_ADJUST_POSTHOC_PRIOR`. Source: Menon et al., ICLR 2021; the choice of π is our reading (README).
 *
 * @example
 * createTrainer({ data, model, plugins: [logitAdjust({ tau: 1 })] });
 */
export function logitAdjust(options: LogitAdjustOptions = {}): TrainerPlugin {
  const settings = logitAdjustSettings(options);
  const { tau, prior, mode } = settings;
  const whose = { sampler: "the batch's own sampler's prior", dataset: "the training set's prior" };
  return definePlugin({
    name: '@evenkeel/plugin-logit-adjust',
    version,
    api: '^1.0',
    description:
      `${mode === 'loss' ? 'training logits + ' : 'evaluation logits - '}${tau} log prior, ` +
      (typeof prior === 'string' ? whose[prior] : 'a given prior'),
    setup({ roles }) {
      if (mode === 'loss') roles.contribute(LOGIT_TRANSFORMS, inLoss(settings));
      else roles.contribute(POSTHOC_TRANSFORMS, inEvaluation(settings));
    },
  });
}

function inLoss({ tau, prior }: LogitAdjustSettings): LogitTransform {
  return {
    name: 'logit-adjust',
    transform(logits, { classPrior, datasetPrior }) {
      if (prior === 'sampler') return adjustedLogits(logits, classPrior, tau);
      return adjustedLogits(logits, prior === 'dataset' ? datasetPrior : prior, tau);
    },
  };
}

function inEvaluation({ tau, prior }: LogitAdjustSettings): PosthocTransform {
  return {
    name: 'logit-adjust-posthoc',
    transform: (logits, { datasetPrior }) =>
      posthocLogits(logits, typeof prior === 'string' ? datasetPrior : prior, tau),
  };
}
