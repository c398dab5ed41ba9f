import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelCorrelation } from './channel-correlation.js';
import { covarianceDrift, meanDrift } from './covariance-drift.js';
import { covarianceOf } from './covariance.js';
import { featureSpectrum } from './feature-spectrum.js';
import { projectionOf } from './projection.js';
import { meanTraceNorm, traceNorm } from './trace-norm.js';

// Four points of two channels: y = 2x, and the corners of a square.
const line = [1, 2, 2, 4, 3, 6, 4, 8];
const square = [1, 1, 1, -1, -1, 1, -1, -1];

const rows = fc
  .integer({ min: 2, max: 12 })
  .chain((n) => fc.array(fc.integer({ min: -500, max: 500 }), { minLength: n * 3, maxLength: n * 3 }));

describe('covarianceOf', () => {
  it('is the biased covariance', () => {
    const { mean, matrix } = covarianceOf(line, 2);
    expect([...mean]).toEqual([2.5, 5]);
    expect([...matrix]).toEqual([1.25, 2.5, 2.5, 5]);
  });
});

describe('channelCorrelation', () => {
  it('is 1 along a line, 0 on a square, and leaves constant channels out', () => {
    expect(channelCorrelation(covarianceOf(line, 2)).meanAbsolute).toBeCloseTo(1, 12);
    expect(channelCorrelation(covarianceOf(square, 2))).toMatchObject({ meanAbsolute: 0, constant: 0 });
    const constant = channelCorrelation(covarianceOf([1, 5, 2, 5], 2));
    expect(constant).toMatchObject({ meanAbsolute: null, constant: 1 });
    expect([...constant.matrix]).toEqual([1, NaN, NaN, NaN]);
  });

  it('does not depend on the scale of channels', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const scaled = values.map((value, at) => value * [4, 0.5, 2][at % 3]);
        const [a, b] = [values, scaled].map((x) => channelCorrelation(covarianceOf(x, 3)));
        expect(b.constant).toBe(a.constant);
        if (a.meanAbsolute !== null) expect(b.meanAbsolute).toBeCloseTo(a.meanAbsolute, 9);
      }),
    );
  });
});

describe('projectionOf', () => {
  it('is the distance along a line, and loses nothing in two dimensions', () => {
    const covariance = covarianceOf(line, 2);
    const projection = projectionOf(line, covariance, featureSpectrum(covariance));
    // (1, 2), (2, 4) … lie √5 apart; their middle is (2.5, 5).
    [-1.5, -0.5, 0.5, 1.5].forEach((place, at) => {
      expect(projection[2 * at]).toBeCloseTo(place * Math.sqrt(5), 12);
      expect(projection[2 * at + 1]).toBeCloseTo(0, 12);
    });
  });

  it('keeps distances from the mean as far as two dimensions hold them, the first the most', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const covariance = covarianceOf(values, 3);
        const spectrum = featureSpectrum(covariance);
        const projection = projectionOf(values, covariance, spectrum);
        const variance = (axis: number) =>
          projection.filter((_, at) => at % 2 === axis).reduce((sum, value) => sum + value * value, 0) /
          (values.length / 3);
        // Eigenvalues are the variances along their vectors.
        expect(variance(0)).toBeCloseTo(spectrum.singularValues[0] ** 2, 6);
        expect(variance(1)).toBeCloseTo(spectrum.singularValues[1] ** 2, 6);
      }),
    );
  });

  it('has one axis where there is one channel', () => {
    const covariance = covarianceOf([1, 2, 6], 1);
    expect([...projectionOf([1, 2, 6], covariance, featureSpectrum(covariance))]).toEqual([
      -2, 0, -1, 0, 3, 0,
    ]);
  });
});

describe('featureSpectrum', () => {
  it('finds one direction on a line, two on a square, none in a point', () => {
    const onLine = featureSpectrum(covarianceOf(line, 2));
    expect(onLine.singularValues[0]).toBeCloseTo(Math.sqrt(6.25), 12);
    expect(onLine.singularValues[1]).toBeCloseTo(0, 6);
    expect(onLine.effectiveRank).toBeCloseTo(1, 5);
    const onSquare = featureSpectrum(covarianceOf(square, 2));
    expect(onSquare.effectiveRank).toBeCloseTo(2, 12);
    expect(onSquare.entropy).toBeCloseTo(Math.log(2), 12);
    expect(featureSpectrum(covarianceOf([1, 1, 1, 1], 2))).toMatchObject({
      entropy: null,
      effectiveRank: null,
    });
  });

  it('weighs directions by their singular values', () => {
    // Half-axes 3 and 1: p = 3/4, 1/4.
    const { effectiveRank } = featureSpectrum(covarianceOf([3, 1, 3, -1, -3, 1, -3, -1], 2));
    expect(effectiveRank).toBeCloseTo(Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)), 12);
  });
});

describe('covarianceDrift', () => {
  it('is 0 for a multiple, 1 for directions at right angles, and null without variance', () => {
    const a = covarianceOf([1, 0, -1, 0], 2);
    const b = covarianceOf([0, 2, 0, -2], 2);
    expect(covarianceDrift(a, covarianceOf([7, 0, -7, 0], 2))).toBeCloseTo(0, 12);
    expect(covarianceDrift(a, b)).toBe(1);
    expect(covarianceDrift(a, covarianceOf([1, 1, 1, 1], 2))).toBeNull();
    expect(meanDrift([a, b, b])).toBeCloseTo(0.5, 12);
    expect(meanDrift([a])).toBeNull();
  });

  it('does not change with scale or order', () => {
    fc.assert(
      fc.property(rows, rows, fc.double({ min: 0.01, max: 100, noNaN: true }), (x, y, scale) => {
        const [a, b] = [covarianceOf(x, 3), covarianceOf(y, 3)];
        const scaled = covarianceOf(
          x.map((value) => value * scale),
          3,
        );
        const drift = covarianceDrift(a, b);
        if (drift === null || Math.max(...a.matrix) < 1e-6) return;
        expect(covarianceDrift(b, a)).toBeCloseTo(drift, 9);
        expect(covarianceDrift(scaled, b)).toBeCloseTo(drift, 6);
      }),
    );
  });
});

describe('traceNorm', () => {
  it('is the sum of singular values, by hand and by NumPy', () => {
    // Eigenvalues 6.25 and 0 on the line, 1 and 1 on the square.
    const [onLine, onSquare] = [line, square].map((points) => covarianceOf(points, 2));
    expect(traceNorm(onLine)).toBe(6.25);
    expect(traceNorm(onSquare)).toBe(2);
    expect(meanTraceNorm([onLine, onSquare])).toBe(4.125);
    expect(meanTraceNorm([])).toBeNull();
    // np.linalg.norm(np.cov(np.array([[1, 2, 0], [3, -1, 4], [0, 5, -2], [2, 2, 7]]).T, bias=True), 'nuc')
    const points = [1, 2, 0, 3, -1, 4, 0, 5, -2, 2, 2, 7];
    expect(traceNorm(covarianceOf(points, 3))).toBeCloseTo(17.9375, 12);
  });

  it('is that of the singular spectrum, and grows with the square of the scale', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.01, max: 100, noNaN: true }), (values, scale) => {
        const covariance = covarianceOf(values, 3);
        const norm = traceNorm(covariance);
        const squares = featureSpectrum(covariance).singularValues.reduce(
          (sum, value) => sum + value ** 2,
          0,
        );
        expect(Math.abs(norm - squares)).toBeLessThanOrEqual(1e-9 * (1 + squares));
        const scaled = covarianceOf(
          values.map((value) => value * scale),
          3,
        );
        expect(Math.abs(traceNorm(scaled) - norm * scale ** 2)).toBeLessThanOrEqual(
          1e-9 * (1 + norm * scale ** 2),
        );
      }),
    );
  });
});
