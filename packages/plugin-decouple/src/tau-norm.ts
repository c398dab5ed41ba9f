import { defineOptions, func, list, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { definePlugin, INITIAL_WEIGHTS } from '@evenkeel/trainer-core';
import type { ClassNetworkView, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { chooseTau, TAU_GRID } from './choose-tau.js';
import type { TauChoice } from './choose-tau.js';
import { errors } from './errors.js';
import { fromSpec, isOfNetwork, refusal, stageNames, startFrom } from './first-stage.js';
import type { SecondStageOptions } from './first-stage.js';
import { tauNormalise } from './tau-normalise.js';

/** Options of τ-normalisation. */
export interface TauNormOptions extends SecondStageOptions {
  /** τ, 0 or more; default: the best of `grid` on the held-out part of the training data, never on test data. */
  readonly tau?: number;
  /** The values of τ to choose from; default 0, 0.1 ... 2. */
  readonly grid?: readonly number[];
  /** Told what was chosen. */
  readonly onChosen?: (choice: TauChoice) => void;
}

/** The options of `tauNorm`. */
export const tauNormOptions = defineOptions('tauNorm', refusal, {
  ...fromSpec,
  tau: number({ min: 0 }).optional('chosen'),
  grid: list(number({ min: 0 }), 1).default(TAU_GRID, '0, 0.1 … 2'),
  onChosen: func<(choice: TauChoice) => void>().optional(),
} satisfies SpecOf<TauNormOptions>);

/**
 * τ-normalisation: the network of the first stage with a linear classifier whose weights are w_c/‖w_c‖^τ, and without its bias. Nothing
 * is trained: evaluate, predict or save. Throws `DECOUPLE_BAD_OPTION` and `DECOUPLE_NO_FIRST_STAGE`; when the network is first used,
 * `DECOUPLE_NO_VALIDATION`, `DECOUPLE_NO_KERNEL` and what `fromCheckpoint` throws. Source: Kang et al., ICLR 2020.
 *
 * @example
 * const trainer = createTrainer({ data, model, plugins: [tauNorm({ from: checkpointFile('runs/ce') })] });
 * console.log(await trainer.evaluate({ split: 'test' }));
 */
export function tauNorm(options: TauNormOptions): TrainerPlugin {
  const { from, tau, grid, onChosen } = tauNormOptions.read(options);
  const ascending = [...grid].sort((a, b) => a - b);
  const which = tau === undefined ? 'chosen on held-out training data' : String(tau);
  return definePlugin({
    ...stageNames('tau-norm'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `tau-normalised classifier of '${from.name}', tau ${which}`,
    setup({ roles }) {
      startFrom(roles, from, { name: 'nothing', takes: isOfNetwork, sameData: tau === undefined });
      roles.contribute(INITIAL_WEIGHTS, {
        name: `tau-normalised (tau ${which})`,
        async initialise(view: ClassNetworkView) {
          const { kernel, bias } = linearWeights(view);
          const chosen = tau ?? (await choice(view, kernel, ascending, onChosen));
          tf.tidy(() => {
            kernel.assign(tauNormalise(kernel, chosen));
            bias?.assign(tf.zerosLike(bias));
          });
        },
      });
    },
  });
}

async function choice(
  view: ClassNetworkView,
  kernel: Tensor2D,
  grid: readonly number[],
  onChosen?: (choice: TauChoice) => void,
): Promise<number> {
  const { validation, name } = view.dataset;
  if (validation === undefined) throw errors.NO_VALIDATION({ dataset: name });
  const chosen = await chooseTau(view, kernel, validation, grid);
  onChosen?.(chosen);
  return chosen.tau;
}

/** The variables of a linear classifier; throws `DECOUPLE_NO_KERNEL` when it is another one. */
function linearWeights({ variables, classes }: ClassNetworkView) {
  const own = variables.filter(({ group }) => group === 'classifier');
  const named = (name: string) => own.find((info) => info.name === `classifier/${name}`)?.variable;
  const [kernel, bias] = [named('kernel'), named('bias')];
  const known = own.every(({ name }) => name === 'classifier/kernel' || name === 'classifier/bias');
  if (!known || kernel?.rank !== 2 || kernel.shape[1] !== classes) {
    const received = own.map(({ name, variable }) => `'${name}' [${variable.shape.join(', ')}]`);
    throw errors.NO_KERNEL({
      expected: `'classifier/kernel' [features, ${classes}] and at most a bias`,
      received,
    });
  }
  return { kernel: kernel as tf.Variable<tf.Rank.R2>, bias };
}
