import type { Dataset, TargetDataset, TargetSource } from '../../contract/dataset.js';
import type { JoinedTask } from '../../contract/task.js';
import { trainerErrors } from '../../errors/trainer-errors.js';

/** What a value of the targets has to be, and that in words. */
export interface TargetRange {
  readonly words: string;
  holds(value: number): boolean;
}

/** Joins a task to a data set of numbers to be learned, one output per column of the targets; checks every value once. */
export function joinTargets(task: string, dataset: Dataset, range: TargetRange): JoinedTask {
  const { targetNames } = targetDatasetOf(task, dataset, range);
  const outputs = targetNames.length;
  const { size } = dataset.train;
  const rowsOf = (source: TargetSource, indices: Int32Array): Float32Array => {
    const rows = new Float32Array(indices.length * outputs);
    indices.forEach((index, row) =>
      rows.set(source.targets.subarray(index * outputs, (index + 1) * outputs), row * outputs),
    );
    return rows;
  };
  return {
    outputs,
    targetWidth: outputs,
    metricContext: { outputs, ...{ targetNames } },
    samplerData: { labels: new Int32Array(size), classCounts: [size] },
    posthocContext: () => ({}),
    transformContext: {},
    targetsOf: (source: TargetSource, indices) => ({ targets: rowsOf(source, indices) }),
    truthOf: rowsOf,
    stepInputs: () => ({ rows: {}, shared: {} }),
    identity: { targetNames },
  };
}

function targetDatasetOf(task: string, dataset: Dataset, range: TargetRange): TargetDataset {
  const fail = (problem: string) => trainerErrors.BAD_DATASET({ dataset: dataset.name, problem });
  const { targetNames, ...rest } = dataset as Partial<TargetDataset>;
  if (!Array.isArray(targetNames) || targetNames.length === 0) {
    throw fail(`it has no targetNames, which ${task} needs: one name per column of the targets`);
  }
  for (const split of ['train', 'validation', 'test'] as const) {
    const source = rest[split];
    if (!source) continue;
    const expected = source.size * targetNames.length;
    if (source.targets?.length !== expected) {
      throw fail(`${split} has ${source.targets?.length ?? 'no'} target values, expected ${expected}`);
    }
    const wrong = source.targets.findIndex((value) => !range.holds(value));
    if (wrong >= 0) {
      const row = Math.floor(wrong / targetNames.length);
      throw fail(`${split}.targets has ${source.targets[wrong]} in row ${row}, expected ${range.words}`);
    }
  }
  return dataset as TargetDataset;
}
