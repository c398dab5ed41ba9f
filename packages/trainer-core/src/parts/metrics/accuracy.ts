import { defineOptions } from '@evenkeel/errors';
import type { NoOptions } from '@evenkeel/errors';
import type { ClassMetricContext, Metric } from '../../contract/metric.js';
import type { ShotGroup } from '../../contract/dataset.js';
import { optionErrors } from '../../errors/option-errors.js';
import { rankOf } from './rank.js';

/** What `accuracy` measures. */
// A type alias, since an interface has no values by name to TypeScript.
export type Accuracy = Readonly<Record<'all' | 'balanced' | ShotGroup, number | null>> & {
  readonly perClass: readonly (number | null)[];
};

/** The options of `accuracy`: none. */
export const accuracyOptions = defineOptions('accuracy', optionErrors.BAD_VALUE, {});

/**
 * Accuracy in 0..1 under these names: `all`, the share of right examples; `perClass`, the accuracy of every class
 * `[classes]`; `balanced`, its mean; `many`, `medium` and `few`, its means over the classes of a shot group, as the field
 * reports them. Null where nothing was tested: a class without test examples does not count in any mean. Of equal logits
 * the lowest class is predicted.
 */
export function accuracy(options: NoOptions = {}): Metric<Accuracy> {
  accuracyOptions.read(options);
  return {
    name: 'accuracy',
    task: 'classification',
    start({ classes, shotGroups }: ClassMetricContext) {
      const right = new Array<number>(classes).fill(0);
      const tested = new Array<number>(classes).fill(0);
      return {
        add(logits, labels: Int32Array) {
          labels.forEach((label, row) => {
            tested[label]++;
            if (rankOf(logits, row * classes, classes, label) === 0) right[label]++;
          });
        },
        result() {
          const perClass = tested.map((count, label) => (count === 0 ? null : right[label] / count));
          const group = (name: ShotGroup) => mean(perClass.filter((_, label) => shotGroups[label] === name));
          return {
            all: total(tested) === 0 ? null : total(right) / total(tested),
            balanced: mean(perClass),
            many: group('many'),
            medium: group('medium'),
            few: group('few'),
            perClass,
          };
        },
      };
    },
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The mean of the values that are there; null when there is none. */
function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : total(present) / present.length;
}
