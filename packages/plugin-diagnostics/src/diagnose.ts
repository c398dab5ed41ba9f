import type { ClassInspection, MetricValues } from '@evenkeel/trainer-core';
import { channelCorrelation } from './channel-correlation.js';
import { classGradients } from './class-gradients.js';
import { classMargins } from './class-margins.js';
import { classifierHessian } from './classifier-hessian.js';
import { covarianceOf } from './covariance.js';
import type { Covariance } from './covariance.js';
import { featureSpectrum } from './feature-spectrum.js';
import { projectionOf } from './projection.js';
import type { Seen } from './look.js';
import { traceNorm } from './trace-norm.js';
import { weightNorms } from './weight-norms.js';
import { whitenessOf } from './whiteness.js';

/** Everything about one stage of the features, under names that begin with `prefix`. */
export function featureValues(features: ArrayLike<number>, channels: number, prefix: string): MetricValues {
  const covariance = covarianceOf(features, channels);
  const correlation = channelCorrelation(covariance);
  const spectrum = featureSpectrum(covariance);
  return {
    [`${prefix}Correlation`]: correlation.meanAbsolute,
    [`${prefix}ConstantChannels`]: correlation.constant,
    [`${prefix}Residual`]: whitenessOf(covariance),
    [`${prefix}Entropy`]: spectrum.entropy,
    [`${prefix}EffectiveRank`]: spectrum.effectiveRank,
    [`${prefix}TraceNorm`]: traceNorm(covariance),
    [`${prefix}SingularValues`]: rounded(spectrum.singularValues, 6),
    [`${prefix}CorrelationMatrix`]: rounded(correlation.matrix, 3),
    [`${prefix}Projection`]: rounded(projectionOf(features, covariance, spectrum), 4),
  };
}

/** Everything about the classifier: conditioning, gradients, margins and, where it has a kernel, weight norms. */
export function classifierValues({ features, logits, labels }: Seen, classes: number): MetricValues {
  const hessian = classifierHessian(features, logits, classes);
  const gradients = classGradients(features, logits, labels, classes);
  const condition = finite(hessian.condition);
  return {
    hessianLargest: hessian.largest,
    hessianSmallest: hessian.smallest,
    hessianCondition: hessian.form === 'direct' ? condition : null,
    hessianConditionKronecker: hessian.form === 'kronecker' ? condition : null,
    gradientNorms: gradients.norms,
    gradientCosines: gradients.cosines,
    gradientMeanCosine: gradients.meanCosine,
    margins: classMargins(logits, labels, classes),
  };
}

/** Norms of the linear classifier's weights by class; null where there is no kernel of that shape. */
export async function weightValues(view: ClassInspection): Promise<MetricValues> {
  const kernel = view.variables.find(
    ({ name, variable }) =>
      name === 'classifier/kernel' && variable.rank === 2 && variable.shape[1] === view.classes,
  );
  return { weightNorms: kernel ? weightNorms(await kernel.variable.data(), view.classes) : null };
}

/** The covariance of raw features, by the number of examples seen. */
export function rawCovariance({ raw, labels }: Seen): Covariance {
  return covarianceOf(raw, raw.length / labels.length);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function rounded(values: Float64Array, digits: number): (number | null)[] {
  return Array.from(values, (value) => finite(Number(value.toPrecision(digits))));
}
