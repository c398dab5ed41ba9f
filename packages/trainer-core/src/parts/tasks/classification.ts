import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { ClassBatch, ClassDataset, Dataset, HostBatch, LabelledSource } from '../../contract/dataset.js';
import type { ClassMetricContext } from '../../contract/metric.js';
import type { JoinedTask, Task } from '../../contract/task.js';
import { trainerErrors } from '../../errors/trainer-errors.js';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy.js';
import { accuracy } from '../metrics/accuracy.js';
import { shotGroupsOf } from '../metrics/shot-groups.js';
import { countClasses, normalised } from '../sampling/class-index.js';
import { instanceBalanced } from '../sampling/instance-balanced.js';
import { checkClassDataset } from './check-class-dataset.js';

/**
 * One class per example: the default task. Outputs are logits `[batch, classes]`; the loss is softmax cross-entropy, the
 * metric accuracy by class and by shot group. Its data set is a `ClassDataset`.
 */
export function classification(): Task {
  return {
    name: 'classification',
    join: (dataset) => joined(classDatasetOf(dataset)),
    loss: () => softmaxCrossEntropy(),
    metrics: () => [accuracy()],
    sampler: () => instanceBalanced(),
  };
}

/** The data set, checked to have classes and to fit itself. */
function classDatasetOf(dataset: Dataset): ClassDataset {
  if (!isClassDataset(dataset)) {
    throw trainerErrors.BAD_DATASET({
      dataset: dataset.name,
      problem:
        'it has no classNames, classCounts and labels, which classification needs; give them, or give createTrainer another ' +
        "option 'task', such as regression()",
    });
  }
  checkClassDataset(dataset);
  return dataset;
}

/** Whether a data set has what makes it one of classes. */
export function isClassDataset(dataset: Dataset): dataset is ClassDataset {
  const { classNames, classCounts, train } = dataset as Partial<ClassDataset>;
  return Array.isArray(classNames) && Array.isArray(classCounts) && train?.labels !== undefined;
}

function joined(dataset: ClassDataset): JoinedTask {
  const { classNames, classCounts, train } = dataset;
  const classes = classNames.length;
  const metricContext: ClassMetricContext = {
    outputs: classes,
    classes,
    classNames,
    classCounts,
    shotGroups: dataset.shotGroups ?? shotGroupsOf(classCounts),
  };
  const datasetPrior = Float32Array.from(normalised(classCounts));
  const counts = Float32Array.from(classCounts);
  const labelsOf = (source: LabelledSource, indices: Int32Array): Int32Array => {
    const { labels } = source;
    return indices.map((index) => labels[index]);
  };
  return {
    outputs: classes,
    targetWidth: classes,
    metricContext,
    samplerData: { labels: train.labels, classCounts },
    posthocContext: () => ({ datasetPrior: tf.tensor1d(datasetPrior) }),
    transformContext: { classes, classCounts },
    targetsOf(source: LabelledSource, indices) {
      const labels = labelsOf(source, indices);
      return { labels, targets: oneHot(labels, classes) };
    },
    truthOf: labelsOf,
    stepInputs: (batch, sampler, epoch) => ({
      rows: { labels: tf.tensor1d((batch as ClassBatch).labels, 'int32') } satisfies NamedTensorMap,
      shared: {
        classPrior: tf.tensor1d(
          priorOf(sampler.classPrior(batch.tag, epoch), classes, sampler.name, batch.tag),
        ),
        datasetPrior: tf.tensor1d(datasetPrior),
        classCounts: tf.tensor1d(counts),
      },
    }),
    composition: (batch: HostBatch) => countClasses((batch as ClassBatch).labels, classes),
    identity: { classCounts },
  };
}

/** A sampler's prior as float32, checked to be a distribution over the classes. */
function priorOf(prior: Float64Array, classes: number, sampler: string, tag: string): Float32Array {
  const sum = prior.reduce((total, share) => total + share, 0);
  const fits = prior.length === classes && prior.every((share) => share >= 0) && Math.abs(sum - 1) < 1e-6;
  if (fits) return Float32Array.from(prior);
  throw trainerErrors.BAD_PRIOR({ sampler, tag, classes, length: prior.length, sum });
}

/** One-hot rows `[labels, classes]`. */
export function oneHot(labels: Int32Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    rows[row * classes + label] = 1;
  });
  return rows;
}
