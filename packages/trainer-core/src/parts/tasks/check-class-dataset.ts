import type { ClassDataset } from '../../contract/dataset.js';
import { trainerErrors } from '../../errors/trainer-errors.js';
import { countClasses } from '../sampling/class-index.js';

/** Throws BAD_DATASET when labels, class counts and class names do not fit each other. */
export function checkClassDataset(dataset: ClassDataset): void {
  const classes = dataset.classNames.length;
  const fail = (problem: string) => trainerErrors.BAD_DATASET({ dataset: dataset.name, problem });
  for (const split of ['train', 'validation', 'test'] as const) {
    const source = dataset[split];
    if (!source) continue;
    const { labels } = source;
    if (labels.length !== source.size) {
      throw fail(`${split} has ${source.size} examples and ${labels.length} labels`);
    }
    const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
    if (wrong !== undefined) throw fail(`${split}.labels has class ${wrong}, expected 0 .. ${classes - 1}`);
  }
  const counted = countClasses(dataset.train.labels, classes);
  if (counted.join() !== dataset.classCounts.join()) {
    throw fail(
      `classCounts is [${dataset.classCounts.join(', ')}], train.labels has [${counted.join(', ')}]`,
    );
  }
  if (dataset.shotGroups && dataset.shotGroups.length !== classes) {
    throw fail(`shotGroups has ${dataset.shotGroups.length} entries for ${classes} classes`);
  }
}
