import type { ClassInspection, Inspector, MetricValues } from '@evenkeel/trainer-core';
import { cutBlocks } from './blocks-of.js';
import type { ReadBlockRule } from './block-rule.js';

/**
 * Tells whoever watches, after the first epoch, the `block` of every class, `[classes]`, counted from 0; null for classes without
 * images.
 */
export function blocksInspector(rule: ReadBlockRule): Inspector {
  return {
    name: 'b3rs',
    isDue: (epoch) => epoch === 0,
    inspect: ({ classCounts }: ClassInspection): Promise<MetricValues> => {
      const block = new Array<number | null>(classCounts.length).fill(null);
      cutBlocks(classCounts, rule).forEach((labels, at) => {
        for (const label of labels) block[label] = at;
      });
      return Promise.resolve({ block });
    },
  };
}
