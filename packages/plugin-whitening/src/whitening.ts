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
 * epoch without a batch that `statistics` names, `WHITENING_UNKNOWN_TAG`.
 */
export function whitening(options: WhiteningOptions = {}): TrainerPlugin {
  const settings = whiteningSettings(options);
  return definePlugin({
    name: '@evenkeel/plugin-whitening',
    version: manifest.version,
    api: '^2.0',
    description: describe(settings),
    setup({ roles }) {
      roles.contribute(FEATURE_TRANSFORMS, whiteningLayer(settings));
      roles.contribute(INSPECTORS, whiteningInspector(settings));
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
  affine,
}: WhiteningSettings): string {
  const details = method === 'batch-norm' ? [] : [`ε = ${epsilon}`];
  if (method === 'newton') details.push(`${iterations} iterations`);
  if (groups > 1 && method !== 'batch-norm') details.push(`${groups} groups`);
  if (floor !== DEFAULT_FLOOR) details.push(`floor ${floor}`);
  if (blend > 0) details.push(`blend ${blend}`);
  if (affine) details.push('affine');
  details.push(
    `momentum ${momentum}`,
    `statistics from ${statistics === 'all' ? 'all' : statistics.join(', ')} batches`,
  );
  return `${method} (${details.join(', ')})`;
}
