import { definePlugin, LOGIT_TRANSFORMS, POSTHOC_TRANSFORMS, TASK } from '@evenkeel/trainer-core';
import type {
  ClassDataset,
  ClassificationContext,
  ClassificationPosthocContext,
  LogitTransform,
  PosthocTransform,
  Task,
  TrainerPlugin,
} from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { adjustedLogits, posthocLogits } from './adjusted-logits.js';
import { priorInWords } from './class-prior.js';
import { errors } from './errors.js';
import { member } from './family.js';
import {
  balancedSoftmaxOptions,
  logitAdjustOptions,
  logitAdjustSettings,
  postHocOptions,
} from './logit-adjust-settings.js';
import type {
  BalancedSoftmaxOptions,
  LogitAdjustOptions,
  LogitAdjustSettings,
  PostHocOptions,
} from './logit-adjust-settings.js';

/**
 * Logit adjustment: adds τ·log π to the logits in front of the training loss, or subtracts it in evaluation. In training π
 * is by default the class distribution that the batch's own sampler draws from. Throws `LOGIT_ADJUST_BAD_OPTION` or
 * `LOGIT_ADJUST_POSTHOC_PRIOR`. Source: Menon et al., ICLR 2021; the choice of π is our reading (README).
 *
 * @example
 * createTrainer({ data, model, plugins: [logitAdjust({ tau: 1 })] });
 */
export function logitAdjust(options: LogitAdjustOptions = {}): TrainerPlugin {
  return adjusting(logitAdjustSettings(logitAdjustOptions.read(options)), '');
}

/**
 * Post-hoc logit adjustment: subtracts τ·log π in evaluation and prediction, and leaves training alone; the same as
 * `logitAdjust({ mode: 'posthoc' })`. Throws `LOGIT_ADJUST_BAD_OPTION` or `LOGIT_ADJUST_POSTHOC_PRIOR`. Source: Menon et al., ICLR 2021.
 */
export function postHocLogitAdjust(options: PostHocOptions = {}): TrainerPlugin {
  return adjusting(logitAdjustSettings({ ...postHocOptions.read(options), mode: 'posthoc' }), '');
}

/**
 * Balanced softmax, −log(n_y·e^z_y / Σ_c n_c·e^z_c): logit adjustment of the training loss with τ = 1. Throws
 * `LOGIT_ADJUST_BAD_OPTION`. Source: Ren et al., "Balanced Meta-Softmax for Long-Tailed Visual Recognition", NeurIPS 2020;
 * the choice of the prior is our reading (README).
 */
export function balancedSoftmax(options: BalancedSoftmaxOptions = {}): TrainerPlugin {
  const { prior } = balancedSoftmaxOptions.read(options);
  return adjusting(logitAdjustSettings({ tau: 1, mode: 'loss', prior }), '/balanced-softmax');
}

function adjusting(settings: LogitAdjustSettings, suffix: '' | '/balanced-softmax'): TrainerPlugin {
  const { tau, prior, mode } = settings;
  return definePlugin({
    ...member(suffix),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description:
      `${mode === 'loss' ? 'training logits + ' : 'evaluation logits - '}${tau} log prior, ` +
      priorInWords(typeof prior === 'string' ? prior : [...prior]),
    setup({ roles }) {
      if (mode === 'loss') roles.contribute(LOGIT_TRANSFORMS, inLoss(settings));
      else {
        roles.contribute(POSTHOC_TRANSFORMS, inEvaluation(settings));
        if (prior === 'dataset') roles.decorate(TASK, needingEveryClass, { identity: false });
      }
    },
  });
}

/** The task, unless its data lacks a class: there the adjustment would be infinite, and every prediction that class. */
function needingEveryClass(task: Task): Task {
  return {
    ...task,
    join(dataset) {
      const { classNames, classCounts } = dataset as ClassDataset;
      const empty = classNames.filter((_, label) => classCounts[label] === 0);
      if (empty.length > 0) throw errors.EMPTY_CLASS({ dataset: dataset.name, classes: empty });
      return task.join(dataset);
    },
  };
}

function inLoss({ tau, prior }: LogitAdjustSettings): LogitTransform {
  return {
    name: 'logit-adjust',
    settings: { tau, prior },
    transform(logits, { classPrior, datasetPrior }: ClassificationContext) {
      if (prior === 'sampler') return adjustedLogits(logits, classPrior, tau);
      return adjustedLogits(logits, prior === 'dataset' ? datasetPrior : prior, tau);
    },
  };
}

function inEvaluation({ tau, prior }: LogitAdjustSettings): PosthocTransform {
  return {
    name: 'logit-adjust-posthoc',
    settings: { tau, prior },
    transform: (logits, { datasetPrior }: ClassificationPosthocContext) =>
      posthocLogits(logits, typeof prior === 'string' ? datasetPrior : prior, tau),
  };
}
