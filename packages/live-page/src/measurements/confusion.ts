import type { ClassMetricContext, Metric, MetricContext, MetricValues } from '@evenkeel/trainer-core';
import { classOrder } from './class-order.js';

/** Rows and columns of a confusion; more classes share them. */
export const MOST_GROUPS = 100;

/**
 * Which classes are taken for which: `confusion`, counts `[groups, groups]` row by row, rows the true classes and columns the
 * predicted ones, both from the class with the most training images to the one with the fewest. Up to 100 classes have a row
 * each; more are joined in order of size. Of equal logits the lowest class is predicted. Gives nothing where the task has no
 * classes.
 */
export function confusion(): Metric {
  return {
    name: 'confusion',
    start(context: MetricContext) {
      if (!hasClasses(context)) return { add: () => undefined, result: (): MetricValues => ({}) };
      const { classes, classCounts } = context;
      const groups = Math.min(classes, MOST_GROUPS);
      const groupOf = new Int32Array(classes);
      classOrder(classCounts).forEach((label, rank) => {
        groupOf[label] = Math.floor((rank * groups) / classes);
      });
      const counts = new Array<number>(groups * groups).fill(0);
      return {
        add(logits, labels) {
          labels.forEach((label, row) => {
            const predicted = highest(logits, row * classes, classes);
            counts[groupOf[label] * groups + groupOf[predicted]]++;
          });
        },
        result: () => ({ confusion: [...counts] }),
      };
    },
  };
}

function hasClasses(context: MetricContext): context is ClassMetricContext {
  return 'classCounts' in context;
}

function highest(logits: Float32Array, from: number, classes: number): number {
  let best = 0;
  for (let label = 1; label < classes; label++) if (logits[from + label] > logits[from + best]) best = label;
  return best;
}
