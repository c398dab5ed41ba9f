import { readArgument, whole } from '@evenkeel/errors';
import type { ClassMetricContext, Metric } from '../../contract/metric.js';
import { optionErrors } from '../../errors/option-errors.js';
import { rankOf } from './rank.js';

/**
 * The share of examples, in 0..1, whose class is among the k largest logits, under the name `top5` for k = 5; null
 * without examples, and always 1 when there are no more than k classes. Throws TRAINER_OPTION_BAD_VALUE unless k is a
 * whole number of at least 1.
 */
export function topK(k: number): Metric {
  readArgument('topK', optionErrors.BAD_VALUE, 'k', whole(1), k);
  const name = `top${k}`;
  return {
    name,
    task: 'classification',
    start({ classes }: ClassMetricContext) {
      let right = 0;
      let tested = 0;
      return {
        add(logits, labels: Int32Array) {
          tested += labels.length;
          labels.forEach((label, row) => {
            if (rankOf(logits, row * classes, classes, label) < k) right++;
          });
        },
        result: () => ({ [name]: tested === 0 ? null : right / tested }),
      };
    },
  };
}
