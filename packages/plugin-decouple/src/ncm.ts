import { defineOptions, oneOf } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { CLASSIFIER, definePlugin, INITIAL_WEIGHTS, zeros } from '@evenkeel/trainer-core';
import type { ClassifierDefinition, ClassNetworkView, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { errors } from './errors.js';
import { fromSpec, isBeforeClassifier, refusal, stageNames, startFrom } from './first-stage.js';
import type { SecondStageOptions } from './first-stage.js';
import { forEachFeatures } from './for-each-features.js';
import { classSums, nearestMeanLogits, represent } from './nearest-mean.js';
import type { Nearness, Representation } from './nearest-mean.js';

/** Options of the nearest class mean. */
export interface NcmOptions extends SecondStageOptions {
  /** Default `cosine`. */
  readonly nearness?: Nearness;
  /** Default `plain`; with `nearness: 'euclidean'`, `centred` is the default of the paper's code. */
  readonly features?: Representation;
}

/** The options of `ncm`. */
export const ncmOptions = defineOptions('ncm', refusal, {
  ...fromSpec,
  nearness: oneOf('cosine', 'euclidean').default('cosine'),
  features: oneOf('plain', 'normalised', 'centred').default('plain'),
} satisfies SpecOf<NcmOptions>);

const MEANS = 'classifier/means';
const CENTRE = 'classifier/centre';

/**
 * NCM, nearest class mean: the backbone of the first stage, and a classifier that compares features with the mean feature of every
 * class over the training set. Nothing is trained: evaluate, predict or save. Throws `DECOUPLE_BAD_OPTION` and `DECOUPLE_NO_FIRST_STAGE`;
 * when the network is first used, `DECOUPLE_EMPTY_CLASS` and what `fromCheckpoint` throws. Source: Kang et al., ICLR 2020.
 *
 * @example
 * const trainer = createTrainer({ data, model, plugins: [ncm({ from: checkpointFile('runs/ce') })] });
 * console.log(await trainer.evaluate({ split: 'test' }));
 */
export function ncm(options: NcmOptions): TrainerPlugin {
  const { from, nearness, features } = ncmOptions.read(options);
  const words = `nearest class mean (${nearness}, ${features} features)`;
  return definePlugin({
    ...stageNames('ncm'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `${words} on the network of '${from.name}'`,
    setup({ roles }) {
      roles.provide(CLASSIFIER, nearestMeanClassifier(words, nearness, features));
      startFrom(roles, from, { name: 'nothing', takes: isBeforeClassifier });
      roles.contribute(INITIAL_WEIGHTS, {
        name: 'class means of the training set',
        initialise: (view: ClassNetworkView) => fillMeans(view, features),
      });
    },
  });
}

/** Statistics `means` `[classes, d]` and `centre` `[d]`, both zero until they are filled. */
function nearestMeanClassifier(
  name: string,
  nearness: Nearness,
  representation: Representation,
): ClassifierDefinition {
  return {
    name,
    build(scope, features, classes) {
      const means = scope.statistic('means', [classes, features], zeros()) as Tensor as Tensor2D;
      const centre = scope.statistic('centre', [features], zeros()) as Tensor as Tensor1D;
      return {
        outputSize: classes,
        apply: (input) => nearestMeanLogits(represent(input, representation, centre), means, nearness),
      };
    },
  };
}

/** Fills centre and means from the training set, one pass for each, with sums in float32 per batch and float64 over batches. */
async function fillMeans(view: ClassNetworkView, representation: Representation): Promise<void> {
  const { dataset, classCounts, classNames, classes, variables } = view;
  const empty = classNames.filter((_, label) => classCounts[label] === 0);
  if (empty.length > 0) {
    throw errors.EMPTY_CLASS({ dataset: dataset.name, classes: empty.map((name) => `'${name}'`) });
  }
  const variable = (name: string) => variables.find((info) => info.name === name)!.variable;
  const [means, centre] = [variable(MEANS), variable(CENTRE)];
  const width = centre.size;
  const moved = centre as Tensor as Tensor1D;

  if (representation === 'centred') {
    const total = new Float64Array(width);
    await forEachFeatures(view, dataset.train, (features) => {
      tf.sum(features, 0)
        .dataSync<'float32'>()
        .forEach((sum, axis) => (total[axis] += sum));
    });
    assign(
      centre,
      total.map((sum) => sum / dataset.train.size),
    );
  }
  const sums = new Float64Array(classes * width);
  await forEachFeatures(view, dataset.train, (features, labels) => {
    const seen = represent(features, representation, moved);
    classSums(seen, labels, classes)
      .sums.dataSync<'float32'>()
      .forEach((sum, at) => (sums[at] += sum));
  });
  assign(
    means,
    sums.map((sum, at) => sum / classCounts[Math.floor(at / width)]),
  );
}

function assign(variable: Variable, values: Float64Array): void {
  tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values), variable.shape)));
}
