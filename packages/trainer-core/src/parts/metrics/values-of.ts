import type { Metric, MetricValues } from '../../contract/metric.js';
import { trainerErrors } from '../../errors/trainer-errors.js';

/**
 * Some values of a metric in an evaluation, with the types that the metric gives: `valuesOf(accuracy(), evaluation, 'all', 'few')`.
 * Throws `TRAINER_NOT_MEASURED` when the evaluation does not have one of them.
 */
export function valuesOf<Values extends MetricValues, Name extends keyof Values & string>(
  metric: Metric<Values>,
  evaluation: MetricValues | undefined,
  ...names: readonly Name[]
): Pick<Values, Name> {
  const missing = names.find((name) => evaluation?.[name] === undefined);
  if (missing !== undefined) {
    throw trainerErrors.NOT_MEASURED({
      metric: metric.name,
      value: missing,
      measured: Object.keys(evaluation ?? {}),
    });
  }
  return Object.fromEntries(names.map((name) => [name, evaluation![name]])) as Pick<Values, Name>;
}
