import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Inspection, Inspector } from '@evenkeel/trainer-core';
import { errors } from './errors.js';
import type { WhiteningSettings } from './options.js';
import { lateWhitening } from './late-whitening.js';
import { whitenessResidual } from './whiteness-residual.js';
import { matrixOf } from './whitening-matrix.js';

/**
 * Reports after every epoch how far evaluation is from white: `residual`, the {@link whitenessResidual} of the matrix (the identity
 * where whitening has not begun) and the running covariance that it is made from. Throws `WHITENING_UNKNOWN_TAG` when the running
 * statistics have not moved, since no batch has a tag that `statistics` names, and `WHITENING_NEVER_STARTS` when `from` lies behind the last of the run's `epochs`.
 */
export function whiteningInspector(settings: WhiteningSettings, epochs: () => number): Inspector {
  return {
    name: 'whitening',
    isDue: () => true,
    async inspect(view) {
      const mean = running(view, 'mean') as Tensor1D;
      const covariance = running(view, 'covariance') as Tensor3D;
      const begun = running(view, 'begun') as Scalar | undefined;
      await checkTags(settings, view, mean);
      await checkStart(settings, begun, epochs());
      const residual = tf.tidy(() => {
        const { matrix } = lateWhitening({ mean, matrix: matrixOf(covariance, settings) }, begun);
        return whitenessResidual(matrix, covariance);
      });
      const [value] = await residual.data();
      residual.dispose();
      return { residual: value };
    },
  };
}

function running({ variables }: Inspection, name: 'mean' | 'covariance' | 'begun'): Tensor | undefined {
  return variables.find((info) => info.name === `features/whitening/${name}`)?.variable;
}

/** A second stage may name tags that it has not: its statistics are those of the first, and have moved. */
async function checkTags(
  { statistics }: WhiteningSettings,
  { sampler }: Inspection,
  mean: Tensor1D,
): Promise<void> {
  if (statistics === 'all' || statistics.some((tag) => sampler.tags.includes(tag))) return;
  const moved = (await mean.data()).some((value) => value !== 0);
  if (!moved) throw errors.UNKNOWN_TAG({ statistics, known: sampler.tags });
}

/** A second stage may be shorter than the first, whose features it keeps: they have begun. */
async function checkStart(
  { from }: WhiteningSettings,
  begun: Scalar | undefined,
  epochs: number,
): Promise<void> {
  if (begun === undefined || from < epochs || (await begun.data())[0] === 1) return;
  throw errors.NEVER_STARTS({ from, epochs });
}
