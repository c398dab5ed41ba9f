import type { Metric } from '../../contract/metric.js';

/** What `multiLabelScores` measures. */
export type MultiLabelScores = Readonly<Record<'f1' | 'map', number | null>> & {
  readonly f1PerLabel: readonly (number | null)[];
};

/**
 * For logits of independent labels: `f1` (macro, at probability 0.5; labels that never occur and are never predicted are left out), `map`
 * (mean average precision over labels with at least one positive, as scikit-learn's `average_precision_score`), `f1PerLabel`.
 */
export function multiLabelScores(): Metric<MultiLabelScores> {
  return {
    name: 'multi-label scores',
    task: 'multi-label',
    start({ outputs: labels }) {
      const scores: Float32Array[] = [];
      const truths: Float32Array[] = [];
      return {
        add(logits, truth) {
          scores.push(logits.slice());
          truths.push(Float32Array.from(truth));
        },
        result() {
          const columns = Array.from({ length: labels }, (_, label) => ({
            score: columnOf(scores, labels, label),
            truth: columnOf(truths, labels, label),
          }));
          const f1PerLabel = columns.map(({ score, truth }) => f1(score, truth));
          const precisions = columns.map(({ score, truth }) => averagePrecision(score, truth));
          return { f1: mean(f1PerLabel), map: mean(precisions), f1PerLabel };
        },
      };
    },
  };
}

function columnOf(parts: readonly Float32Array[], width: number, column: number): number[] {
  return parts.flatMap((part) =>
    Array.from({ length: part.length / width }, (_, row) => part[row * width + column]),
  );
}

function f1(score: readonly number[], truth: readonly number[]): number | null {
  let hits = 0;
  let wrong = 0;
  score.forEach((value, row) => {
    const said = value > 0;
    if (said && truth[row] === 1) hits++;
    else if (said || truth[row] === 1) wrong++;
  });
  return hits + wrong === 0 ? null : (2 * hits) / (2 * hits + wrong);
}

/** Σ (recall_k − recall_k−1)·precision_k over thresholds, equal scores being one threshold. */
function averagePrecision(score: readonly number[], truth: readonly number[]): number | null {
  const positives = truth.reduce((sum, value) => sum + value, 0);
  if (positives === 0) return null;
  const order = Array.from(score.keys()).sort((a, b) => score[b] - score[a]);
  let hits = 0;
  let before = 0;
  let area = 0;
  order.forEach((row, place) => {
    hits += truth[row];
    if (place + 1 < order.length && score[order[place + 1]] === score[row]) return;
    area += ((hits - before) / positives) * (hits / (place + 1));
    before = hits;
  });
  return area;
}

function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}
