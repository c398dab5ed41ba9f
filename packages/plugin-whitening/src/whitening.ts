import { definePlugin, FEATURE_TRANSFORMS, INSPECTORS } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { whiteningSettings } from './options.js';
import type { WhiteningOptions, WhiteningSettings } from './options.js';
import { whiteningInspector } from './whitening-inspector.js';
import { whiteningLayer } from './whitening-layer.js';

/**
 * Whitens the features before the classifier: decorrelated features of unit variance, `[batch, d]` in and out.
 *
 * Its running mean and covariance are saved in every checkpoint; after every epoch an `inspection-end` event named `whitening`
 * tells the `residual`, how far evaluation is from white.
 *
 * Throws `WHITENING_UNKNOWN_OPTION`, `WHITENING_BAD_OPTION`; once the features are known, `WHITENING_GROUPS_DO_NOT_DIVIDE`; after an
 * epoch, `WHITENING_NEVER_STARTS`, and `WHITENING_UNKNOWN_TAG` when it had no batch that `statistics` names.
 */
export function whitening(options: WhiteningOptions = {}): TrainerPlugin {
  const settings = whiteningSettings(options);
  return definePlugin({
    name: '@evenkeel/plugin-whitening',
    version: manifest.version,
    api: '^2.0',
    description: describe(settings),
    // Only classes can count alike.
    ...(settings.weighting === 'classes' && { task: 'classification' }),
    setup({ roles, hooks }) {
      let epochs = 0;
      if (settings.from > 0) {
        hooks.events$.subscribe((event) => {
          if (event.type === 'fit-start') epochs = event.epochs;
        });
      }
      roles.contribute(FEATURE_TRANSFORMS, whiteningLayer(settings));
      roles.contribute(
        INSPECTORS,
        whiteningInspector(settings, () => epochs),
      );
    },
  });
}

const DEFAULT_FLOOR = whiteningSettings().floor;

function describe({
  method,
  epsilon,
  floor,
  groups,
  iterations,
  statistics,
  blend,
  momentum,
  weighting,
  from,
  affine,
}: WhiteningSettings): string {
  const details = method === 'batch-norm' ? [] : [`ε = ${epsilon}`];
  if (method === 'newton') details.push(`${iterations} iterations`);
  if (groups > 1 && method !== 'batch-norm') details.push(`${groups} groups`);
  if (floor !== DEFAULT_FLOOR) details.push(`floor ${floor}`);
  if (blend > 0) details.push(`blend ${blend}`);
  if (weighting === 'classes') details.push('classes alike');
  if (from > 0) details.push(from < 1 ? `after ${from} of the run` : `from epoch ${from}`);
  if (affine) details.push('affine');
  details.push(
    `momentum ${momentum}`,
    `statistics from ${statistics === 'all' ? 'all' : statistics.join(', ')} batches`,
  );
  return `${method} (${details.join(', ')})`;
}
