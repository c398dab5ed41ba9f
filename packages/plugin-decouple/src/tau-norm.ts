import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { definePlugin, INITIAL_WEIGHTS } from '@evenkeel/trainer-core';
import type { NetworkView, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { chooseTau, TAU_GRID } from './choose-tau.js';
import type { TauChoice } from './choose-tau.js';
import { errors } from './errors.js';
import { checkFrom, isOfNetwork, stageNames, startFrom } from './first-stage.js';
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
  const { tau, grid = TAU_GRID, onChosen } = options;
  const stage = 'tauNorm';
  checkFrom(stage, options.from);
  const usable = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (tau !== undefined && !usable(tau)) {
    throw errors.BAD_OPTION({ stage, option: 'tau', expected: 'a number, 0 or more', received: tau });
  }
  if (!Array.isArray(grid) || grid.length === 0 || !grid.every(usable)) {
    const expected = 'a list of numbers, 0 or more each';
    throw errors.BAD_OPTION({ stage, option: 'grid', expected, received: grid });
  }
  const ascending = [...(grid as readonly number[])].sort((a, b) => a - b);
  const which = tau === undefined ? 'chosen on held-out training data' : String(tau);
  return definePlugin({
    ...stageNames('tau-norm'),
    version: manifest.version,
    api: '^1.0',
    description: `tau-normalised classifier of '${options.from.name}', tau ${which}`,
    setup({ roles }) {
      startFrom(roles, options, { name: 'nothing', takes: isOfNetwork, sameData: tau === undefined });
      roles.contribute(INITIAL_WEIGHTS, {
        name: `tau-normalised (tau ${which})`,
        async initialise(view) {
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
  view: NetworkView,
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
function linearWeights({ variables, classes }: NetworkView) {
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
