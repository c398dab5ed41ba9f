import { memoryCheckpoints } from '../checkpoint/memory-checkpoints.js';
import { linearClassifier } from '../classifiers/linear-classifier.js';
import * as roles from '../contract/core-roles.js';
import { opByOp } from '../loop/op-by-op.js';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy.js';
import { accuracy } from '../metrics/accuracy.js';
import { sgd } from '../optimizers/sgd.js';
import { classBalanced } from '../sampling/class-balanced.js';
import { instanceBalanced } from '../sampling/instance-balanced.js';
import { constant } from '../schedules/constant.js';
import type { RoleBook, RoleDefault } from './role-book.js';

/** Whether some plugin's balanced sampler is free to fill every batch: provided, and embedded by nobody. */
function balancedFillsAll(book: RoleBook): boolean {
  return (
    book.providersOf(roles.BALANCED_SAMPLER).length > 0 && book.claimsOf(roles.BALANCED_SAMPLER).length === 0
  );
}

/** The core's roles in the order in which the loop uses them, and what fills them when no plugin does. */
export const coreDefaults: readonly RoleDefault[] = [
  { role: roles.DATASET, option: 'data' },
  {
    role: roles.SAMPLER,
    make: (resolve, book) => (balancedFillsAll(book) ? resolve(roles.BALANCED_SAMPLER) : instanceBalanced()),
    note: (book) => (balancedFillsAll(book) ? 'BALANCED_SAMPLER, since no plugin embeds it' : 'default'),
  },
  { role: roles.BALANCED_SAMPLER, make: () => classBalanced() },
  { role: roles.BATCH_TRANSFORMS },
  { role: roles.BACKBONE, option: 'model' },
  { role: roles.FEATURE_TRANSFORMS },
  { role: roles.CLASSIFIER, make: () => linearClassifier() },
  { role: roles.INITIAL_WEIGHTS },
  { role: roles.LOGIT_TRANSFORMS },
  { role: roles.LOSS, make: () => softmaxCrossEntropy() },
  { role: roles.PENALTIES },
  { role: roles.TRAINABLE },
  { role: roles.GRADIENT_TRANSFORMS },
  { role: roles.OPTIMIZER, make: () => sgd({ momentum: 0.9 }) },
  { role: roles.STEP_COMPILER, make: () => opByOp },
  { role: roles.SCHEDULE, make: () => constant(0.01) },
  { role: roles.EVALUATION_WEIGHTS, make: () => ({ name: 'trained weights', substitutes: () => new Map() }) },
  { role: roles.POSTHOC_TRANSFORMS },
  { role: roles.METRICS, make: () => [accuracy()] },
  { role: roles.INSPECTORS },
  { role: roles.CHECKPOINTS, make: () => memoryCheckpoints() },
];
