import { defineOptions, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { ClassMetricContext, Metric } from '../../contract/metric.js';
import { optionErrors } from '../../errors/option-errors.js';
import { rankOf } from './rank.js';

/** How confidences are binned. */
export interface CalibrationOptions {
  /** Bins of equal width in (0, 1]; default 15. */
  readonly bins?: number;
}

/** The options of `calibration`. */
export const calibrationOptions = defineOptions('calibration', optionErrors.BAD_VALUE, {
  bins: whole(1).default(15),
} satisfies SpecOf<CalibrationOptions>);

/**
 * Expected calibration error in 0..1 under the name `ece`: Σ_b (n_b/N)·|accuracy_b − confidence_b| over bins of the
 * largest softmax probability, bin b holding confidences in (b/B, (b + 1)/B] (Guo et al., 2017; 15 bins as in MiSLAS,
 * which reports percent). A row whose softmax is not a number counts as
 * sure and wrong. Null without examples. Throws TRAINER_OPTION_BAD_VALUE unless `bins` is at least 1.
 */
export function calibration(options: CalibrationOptions = {}): Metric<{ ece: number | null }> {
  const { bins } = calibrationOptions.read(options);
  return {
    name: 'calibration',
    task: 'classification',
    start({ classes }: ClassMetricContext) {
      // Right predictions minus confidences, summed per bin: n_b·(accuracy_b − confidence_b).
      const gaps = new Float64Array(bins);
      let tested = 0;
      return {
        add(logits, labels: Int32Array) {
          tested += labels.length;
          labels.forEach((label, row) => {
            const probability = largestProbability(logits.subarray(row * classes, (row + 1) * classes));
            const confidence = Number.isNaN(probability) ? 1 : probability;
            const right = rankOf(logits, row * classes, classes, label) === 0 ? 1 : 0;
            gaps[Math.ceil(confidence * bins) - 1] += right - confidence;
          });
        },
        result: () => ({
          ece: tested === 0 ? null : gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / tested,
        }),
      };
    },
  };
}

/** The largest entry of the softmax of a row. */
function largestProbability(logits: Float32Array): number {
  const largest = logits.reduce((max, logit) => Math.max(max, logit), -Infinity);
  return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
}
