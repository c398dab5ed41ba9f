import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { hasBegun, momentsOverRanks, ones, zeros } from '@evenkeel/trainer-core';
import type {
  BatchRanks,
  FeatureTransformDefinition,
  Layer,
  LayerContext,
  VariableScope,
} from '@evenkeel/trainer-core';
import { balancedRows } from './balanced-rows.js';
import type { RowWeights } from './balanced-rows.js';
import { errors } from './errors.js';
import { estimateCovariance } from './estimate-covariance.js';
import type { Moments } from './estimate-covariance.js';
import type { EvaluationWhitening } from './fold-into-classifier.js';
import { groupCount } from './groups.js';
import { lateWhitening } from './late-whitening.js';
import { whiteningSettings } from './options.js';
import type { WhiteningOptions, WhiteningSettings } from './options.js';
import { applyWhitening } from './whiten.js';
import type { Whitening } from './whiten.js';
import { matrixOf } from './whitening-matrix.js';

/** Declares whitening as a feature transform, `[batch, d]` in and out; for use without the plugin. */
export function whiteningTransform(options: WhiteningOptions = {}): FeatureTransformDefinition {
  return whiteningLayer(whiteningSettings(options));
}

/** The same from options that were read. */
export function whiteningLayer(settings: WhiteningSettings): FeatureTransformDefinition {
  return {
    name: 'whitening',
    settings: { ...settings },
    build: (scope, features) => new WhiteningLayer(settings, scope, features),
  };
}

/**
 * Whitens features `[batch, d]`: by the batch's own mean and covariance in training (mixed with the running ones by `blend`), by
 * the running ones in evaluation. Where the context has `ranks`, the batch's are those of the rows of all of them. Before the epoch `from`
 * features pass as they are.
 *
 * Throws `WHITENING_NO_TRAINER` in training where `weighting` or `from` need what the context does not have.
 *
 * Keeps the running mean (at first 0) and unshrunk covariance (at first I); the matrix is computed from them again when it is needed.
 */
export class WhiteningLayer implements Layer<Tensor2D, Tensor2D> {
  readonly outputSize: number;
  readonly #settings: WhiteningSettings;
  readonly #groups: number;
  readonly #mean: Variable;
  readonly #covariance: Variable;
  /** 1 where whitening has begun, else 0; only there when it begins late. */
  readonly #begun: Variable | undefined;
  readonly #scale: Variable | undefined;
  readonly #shift: Variable | undefined;

  /** Throws `WHITENING_GROUPS_DO_NOT_DIVIDE` when `groups` does not divide `features`. */
  constructor(settings: WhiteningSettings, scope: VariableScope, features: number) {
    const groups = groupCount(settings, features);
    const size = features / groups;
    this.outputSize = features;
    this.#settings = settings;
    this.#groups = groups;
    this.#mean = scope.statistic('mean', [features], zeros());
    this.#covariance = scope.statistic('covariance', [groups, size, size], identities);
    this.#begun = settings.from > 0 ? scope.statistic('begun', [], zeros()) : undefined;
    this.#scale = settings.affine ? scope.weight('scale', [features], ones()) : undefined;
    this.#shift = settings.affine ? scope.weight('shift', [features], zeros()) : undefined;
  }

  apply(features: Tensor2D, context: LayerContext): Tensor2D {
    const whitening = context.training
      ? this.#whitening(this.#trainingMoments(features, context), this.#beginning(context))
      : this.#runningWhitening;
    const white: Tensor2D = applyWhitening(features, whitening);
    const scaled: Tensor2D = this.#scale === undefined ? white : tf.mul(white, this.#scale);
    return this.#shift === undefined ? scaled : tf.add(scaled, this.#shift);
  }

  /** What `apply` does in evaluation, for {@link foldIntoClassifier}; the caller disposes `mean` and `matrix`, and nothing else. */
  evaluation(): EvaluationWhitening {
    const own = tf.tidy(() => {
      const { mean, matrix } = this.#runningWhitening;
      return { mean: tf.clone(mean), matrix };
    });
    return {
      ...own,
      scale: this.#scale as Tensor1D | undefined,
      shift: this.#shift as Tensor1D | undefined,
    };
  }

  #trainingMoments(features: Tensor2D, context: LayerContext): Moments {
    const { statistics, blend } = this.#settings;
    const momentum = this.#settings.momentum * context.share;
    const batch = this.#batchMoments(features, context);
    const running = this.#running;
    if (statistics === 'all' || statistics.includes(context.tag)) {
      context.update(this.#mean, mix(running.mean, batch.mean, momentum));
      context.update(this.#covariance, mix(running.covariance, batch.covariance, momentum));
    }
    if (blend === 0) return batch;
    return {
      mean: mix(batch.mean, running.mean, blend),
      covariance: mix(batch.covariance, running.covariance, blend),
    };
  }

  #batchMoments(features: Tensor2D, context: LayerContext): Moments {
    const { weights, ranks } = this.#rowWeights(context);
    const own = estimateCovariance(features, this.#groups, weights);
    return ranks ? overRanks(own, ranks) : own;
  }

  #rowWeights({ targets, ranks }: LayerContext): Partial<RowWeights> {
    if (this.#settings.weighting === 'rows') return { ranks };
    if (!targets) throw errors.NO_TRAINER({ option: 'weighting', needs: "'targets'" });
    return balancedRows(targets, ranks);
  }

  /** Whether whitening has begun in this step, which evaluation is told; nothing where it always has. */
  #beginning(context: LayerContext): Scalar | undefined {
    if (this.#begun === undefined) return undefined;
    const { epoch, epochs } = context;
    if (!epoch || !epochs) throw errors.NO_TRAINER({ option: 'from', needs: "'epoch' and 'epochs'" });
    // A run that goes on for more epochs than it was begun with does not take back what has begun.
    const begun = tf.maximum<Scalar>(this.#begun, hasBegun(this.#settings.from, { epoch, epochs }));
    context.update(this.#begun, begun);
    return begun;
  }

  get #running(): Moments {
    return { mean: this.#mean as Tensor as Tensor1D, covariance: this.#covariance as Tensor as Tensor3D };
  }

  get #runningWhitening(): Whitening {
    return this.#whitening(this.#running, this.#begun as Tensor as Scalar | undefined);
  }

  /** The identity where whitening has not begun. */
  #whitening({ mean, covariance }: Moments, begun: Scalar | undefined): Whitening {
    return lateWhitening({ mean, matrix: matrixOf(covariance, this.#settings) }, begun);
  }
}

/** The moments of all rows of the batch. */
function overRanks({ mean, covariance }: Moments, ranks: BatchRanks): Moments {
  const [groups, size] = covariance.shape;
  const spread = (deviations: Tensor2D): Tensor => {
    const of = (...shape: number[]) => tf.reshape(deviations, [-1, groups, ...shape]);
    return tf.mul(of(size, 1), of(1, size));
  };
  const whole = momentsOverRanks({ mean, second: covariance }, spread, ranks);
  return { mean: whole.mean, covariance: whole.second };
}

/** `(1 − share)·from + share·to`. */
function mix<T extends Tensor>(from: T, to: T, share: number): T {
  return tf.add(tf.mul(from, 1 - share), tf.mul(to, share));
}

/** Identity matrices `[groups, size, size]`. */
function identities([groups, size]: readonly number[]): Float32Array {
  return new Float32Array(groups * size * size).map((_, index) =>
    (index % (size * size)) % (size + 1) === 0 ? 1 : 0,
  );
}
