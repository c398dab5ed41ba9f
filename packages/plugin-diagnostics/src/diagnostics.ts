import { definePlugin, INSPECTORS } from '@evenkeel/trainer-core';
import type { ClassInspection, MetricValues, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { meanDrift } from './covariance-drift.js';
import { classifierValues, featureValues, rawCovariance, weightValues } from './diagnose.js';
import { diagnosticsOptions } from './diagnostics-settings.js';
import type { DiagnosticsOptions, DiagnosticsSettings } from './diagnostics-settings.js';
import { look } from './look.js';
import { probeSet } from './probe-set.js';
import { meanTraceNorm } from './trace-norm.js';

/**
 * Looks at features and classifier at the end of chosen epochs, on a fixed probe set of training examples and on a few of
 * the epoch's own batches; changes nothing. The values are an `inspection-end` event named `diagnostics`, a line of
 * `metrics.jsonl`, and what the report is drawn from. Throws `DIAGNOSTICS_BAD_OPTION`. Formulas: README.
 *
 * @example
 * createTrainer({ data, model, plugins: [diagnostics({ every: 5 }), metricsFile({ path: 'runs/a/metrics.jsonl' })] });
 */
export function diagnostics(options: DiagnosticsOptions = {}): TrainerPlugin {
  const settings = diagnosticsOptions.read(options);
  return definePlugin({
    name: '@evenkeel/plugin-diagnostics',
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `${settings.examples} examples of the ${settings.source} part, ${settings.batches} batches of each tag`,
    setup({ roles }) {
      roles.contribute(INSPECTORS, {
        name: 'diagnostics',
        isDue: (epoch, last) =>
          settings.epochs ? settings.epochs.includes(epoch) : last || (epoch + 1) % settings.every === 0,
        inspect: (view: ClassInspection) => inspect(view, settings),
      });
    },
  });
}

async function inspect(view: ClassInspection, settings: DiagnosticsSettings): Promise<MetricValues> {
  const { dataset, classes, seed } = view;
  const source = (settings.source === 'validation' && dataset.validation) || dataset.train;
  const seen = await look(view, source, probeSet(source, classes, settings.examples, seed));
  const examples = seen.labels.length;
  return {
    examples,
    probeLabels: [...seen.labels],
    ...featureValues(seen.raw, seen.raw.length / examples, 'raw'),
    ...featureValues(seen.features, seen.features.length / examples, 'feature'),
    ...classifierValues(seen, classes),
    ...(await weightValues(view)),
    ...(await driftValues(view, settings.batches)),
  };
}

/** Mean drift of the raw features' covariance from batch to batch, and its mean trace norm, over the first batches of each tag in the epoch's plan. */
async function driftValues(view: ClassInspection, batches: number): Promise<MetricValues> {
  const { sampler, seed, position, dataset } = view;
  const plan = sampler.plan(seed, position.epoch);
  const values: Record<string, number | null> = {};
  for (const tag of sampler.tags) {
    const covariances = [];
    for (let place = 0; place < plan.length && covariances.length < batches; place++) {
      const batch = plan.batch(place);
      if (batch.tag !== tag) continue;
      covariances.push(rawCovariance(await look(view, dataset.train, batch.indices)));
    }
    values[`drift.${tag}`] = meanDrift(covariances);
    values[`traceNorm.${tag}`] = meanTraceNorm(covariances);
  }
  return values;
}
