import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Inspector } from '@evenkeel/trainer-core';
import type { WhiteningSettings } from './options.js';
import { whitenessResidual } from './whiteness-residual.js';
import { whiteningMatrix } from './whitening-matrix.js';

/**
 * Reports after every epoch how far evaluation is from white: `residual`, the {@link whitenessResidual} of the matrix and the
 * running covariance that it is made from.
 */
export function residualInspector(settings: WhiteningSettings): Inspector {
  const { method, epsilon, floor, iterations } = settings;
  return {
    name: 'whitening',
    isDue: () => true,
    async inspect({ variables }) {
      const running = variables.find(({ name }) => name === 'features/whitening/covariance');
      const residual = tf.tidy(() => {
        const covariance = running!.variable as Tensor as Tensor3D;
        return whitenessResidual(
          whiteningMatrix(covariance, { method, epsilon, floor, iterations }),
          covariance,
        );
      });
      const [value] = await residual.data();
      residual.dispose();
      return { residual: value };
    },
  };
}
