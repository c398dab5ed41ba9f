import { Matrix, EigenvalueDecomposition } from 'ml-matrix';
import { createRandom } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { classGradients } from './class-gradients.js';
import { classMargins } from './class-margins.js';
import { classifierHessian } from './classifier-hessian.js';
import { extremeEigenvalues } from './extreme-eigenvalues.js';
import { probabilitiesOf } from './probabilities.js';
import { weightNorms } from './weight-norms.js';
import { whitenessOf } from './whiteness.js';

const draws = (name: string, length: number) => {
  const random = createRandom(3, name);
  return Array.from({ length }, () => random.normal());
};

/** Mean softmax cross-entropy of x·W, with W `[d, classes]`. */
function lossOf(x: number[], labels: number[], weights: number[], d: number, classes: number): number {
  const logits = labels.flatMap((_, row) =>
    Array.from({ length: classes }, (_, c) =>
      Array.from({ length: d }, (_, i) => x[row * d + i] * weights[i * classes + c]).reduce((a, b) => a + b),
    ),
  );
  const p = probabilitiesOf(logits, classes);
  return -labels.reduce((sum, label, row) => sum + Math.log(p[row * classes + label]), 0) / labels.length;
}

function logitsOf(x: number[], weights: number[], d: number, classes: number): number[] {
  const rows = x.length / d;
  return Matrix.from1DArray(rows, d, x)
    .mmul(Matrix.from1DArray(d, classes, weights))
    .to1DArray();
}

describe('classMargins and weightNorms', () => {
  it('agree with a case by hand', () => {
    const logits = [3, 1, 0, 0, 2, 1, 5, 2, 0];
    expect(classMargins(logits, [0, 0, 1], 3)).toEqual([(2 - 2) / 2, -3, null]);
    expect(weightNorms([3, 0, 4, 1], 2)).toEqual([5, 1]);
  });
});

describe('classGradients', () => {
  it('are the derivatives of the mean loss over each class', () => {
    const [d, classes] = [2, 3];
    const x = draws('x', 8 * d);
    const labels = [0, 0, 1, 1, 1, 2, 2, 0];
    const weights = draws('w', d * classes);
    const { norms } = classGradients(x, logitsOf(x, weights, d, classes), labels, classes);
    norms.forEach((norm, c) => {
      const own = labels.flatMap((label, row) => (label === c ? [row] : []));
      const xs = own.flatMap((row) => x.slice(row * d, row * d + d));
      const step = 1e-5;
      const slopes = weights.map((_, at) => {
        const [up, down] = [1, -1].map((sign) => {
          const moved = weights.map((w, other) => (other === at ? w + sign * step : w));
          return lossOf(
            xs,
            own.map(() => c),
            moved,
            d,
            classes,
          );
        });
        return (up - down) / (2 * step);
      });
      expect(norm).toBeCloseTo(Math.hypot(...slopes), 7);
    });
  });

  it('see two classes that pull in opposite directions', () => {
    // One feature, two classes, the same example: what helps one class undoes the other.
    const { norms, cosines, meanCosine } = classGradients([1, 1], [0, 0, 0, 0], [0, 1], 2);
    expect(norms).toEqual([Math.SQRT1_2, Math.SQRT1_2]);
    expect(cosines).toEqual([null, null]);
    expect(meanCosine).toBeCloseTo(-1, 12);
    expect(classGradients([1], [0, 0], [0], 2)).toMatchObject({
      norms: [Math.SQRT1_2, null],
      meanCosine: null,
    });
  });
});

describe('extremeEigenvalues', () => {
  it('agree with a full decomposition', () => {
    for (const size of [3, 40, 161, 240]) {
      const a = Matrix.from1DArray(size, size + 20, draws(`m${size}`, size * (size + 20)));
      const matrix = a.mmul(a.transpose());
      const all = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
      const { largest, smallest } = extremeEigenvalues(matrix);
      expect(largest / Math.max(...all)).toBeCloseTo(1, 9);
      expect(smallest / Math.min(...all)).toBeCloseTo(1, 9);
    }
  });

  it('agree with a spectrum by construction, close or repeated values at its ends included', () => {
    const size = 200;
    // A reflection keeps the eigenvalues of a diagonal matrix.
    const v = Matrix.columnVector(draws('reflection', size));
    const reflection = Matrix.eye(size).sub(v.mmul(v.transpose()).mul(2 / v.dot(v)));
    const values = Array.from({ length: size }, (_, at) => 1 + at / size);
    for (const ends of [
      [1, 1.001, 1.999, 2],
      [0.5, 0.5, 2, 2],
      [1e-6, 1, 2, 1e3],
    ]) {
      [values[0], values[1], values[size - 2], values[size - 1]] = ends;
      const { largest, smallest } = extremeEigenvalues(reflection.mmul(Matrix.diag(values)).mmul(reflection));
      expect(largest / ends[3]).toBeCloseTo(1, 9);
      expect(smallest / ends[0]).toBeCloseTo(1, 6);
    }
  });

  it('give 0 where there is no curvature', () => {
    expect(extremeEigenvalues(Matrix.from1DArray(2, 2, [1, 1, 1, 1])).smallest).toBe(0);
    expect(extremeEigenvalues(Matrix.zeros(2, 2))).toEqual({ largest: 0, smallest: 0 });
  });
});

describe('classifierHessian', () => {
  it('is that of the loss, by second differences', () => {
    // Two classes: across shifts, H has the eigenvalues of 2·mean(p(1 − p)·x·xᵀ).
    const [d, classes] = [3, 2];
    const x = draws('hx', 20 * d);
    const labels = Array.from({ length: 20 }, (_, row) => row % 2);
    const weights = draws('hw', d * classes);
    const { largest, smallest, condition, form } = classifierHessian(
      x,
      logitsOf(x, weights, d, classes),
      classes,
    );
    const step = 1e-3;
    const along = (i: number, by: number, w: number[]) =>
      w.map((value, at) =>
        Math.floor(at / classes) === i ? value + (at % classes === 0 ? by : -by) * Math.SQRT1_2 : value,
      );
    const second = Array.from({ length: d * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      const f = (a: number, b: number) =>
        lossOf(x, labels, along(j, b * step, along(i, a * step, weights)), d, classes);
      return (f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / (4 * step * step);
    });
    const eigen = new EigenvalueDecomposition(Matrix.from1DArray(d, d, second), { assumeSymmetric: true });
    const values = [...eigen.realEigenvalues].sort((a, b) => a - b);
    expect(form).toBe('direct');
    expect(largest).toBeCloseTo(values[d - 1], 4);
    expect(smallest).toBeCloseTo(values[0], 4);
    expect(condition).toBeCloseTo(largest / smallest, 9);
  });

  it('is exact where nothing distinguishes the classes: mean(x·xᵀ) / 2 by hand', () => {
    // Two classes, zero logits: p(1 − p) = 1/4, and H has half the eigenvalues of mean(x·xᵀ) = diag(2, 1/2).
    const { largest, smallest, condition } = classifierHessian([2, 0, 0, 1], [0, 0, 0, 0], 2);
    expect([largest, smallest, condition]).toEqual([
      expect.closeTo(1, 14) as number,
      expect.closeTo(0.25, 14) as number,
      expect.closeTo(4, 12) as number,
    ]);
    // Rotated, so that neither axis is an eigenvector, and the power method's start is.
    const [c, s] = [Math.cos(1.0172), Math.sin(1.0172)];
    const turned = classifierHessian([2 * c, 2 * s, -s, c], [0, 0, 0, 0], 2);
    expect(turned.condition).toBeCloseTo(4, 12);
  });

  it('equals its Kronecker form where every example has the same probabilities', () => {
    const [d, classes, rows] = [3, 4, 30];
    const x = draws('kx', rows * d);
    const logits = Array.from({ length: rows }, () => [1, 0.5, 0, -1]).flat();
    const direct = classifierHessian(x, logits, classes, 'direct');
    const kronecker = classifierHessian(x, logits, classes, 'kronecker');
    expect(kronecker.largest / direct.largest).toBeCloseTo(1, 10);
    expect(kronecker.smallest / direct.smallest).toBeCloseTo(1, 10);
  });

  it('is without end where a direction has no curvature, and chooses its form by size', () => {
    const flat = classifierHessian([1, 1, 2, 2, 3, 3], [0, 1, 1, 0, 0, 0], 2);
    expect(flat).toMatchObject({ smallest: 0, condition: Infinity });
    expect(classifierHessian(draws('big', 70), draws('bl', 20), 10).form).toBe('direct');
    expect(classifierHessian(draws('big', 2 * 70), draws('bl', 20), 10).form).toBe('kronecker');
  });
});

describe('whitenessOf', () => {
  it('is 0 for white features, 1 for constant ones, and sees correlation that no single channel shows', () => {
    const of = (matrix: number[]) =>
      whitenessOf({ channels: 2, mean: new Float64Array(2), matrix: Float64Array.from(matrix) });
    expect(of([1, 0, 0, 1])).toBe(0);
    expect(of([0, 0, 0, 0])).toBe(1);
    expect(of([1, 1, 1, 1])).toBe(1);
    expect(of([3, 0, 0, 1])).toBeCloseTo(Math.SQRT2, 14);
  });
});
