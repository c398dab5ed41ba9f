import type { Dataset } from '../contract/dataset.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { readInputs } from '../parts/data/read-inputs.js';

/** Throws TRAINER_BAD_DATASET when parts are empty, differ in shape, or their first example is not finite. */
export async function checkData(dataset: Dataset): Promise<void> {
  const fail = (problem: string) => trainerErrors.BAD_DATASET({ dataset: dataset.name, problem });
  const shape = dataset.train.exampleShape;
  for (const split of ['train', 'validation', 'test'] as const) {
    const source = dataset[split];
    if (!source) continue;
    if (source.size < 1)
      throw fail(`${split} has no examples${split === 'validation' ? ', leave it out' : ''}`);
    if (source.exampleShape.join() !== shape.join()) {
      const shapes = [shape, source.exampleShape].map((each) => `[${each.join(', ')}]`);
      throw fail(`examples of train are ${shapes[0]}, those of ${split} ${shapes[1]}`);
    }
    const indices = Int32Array.of(0, source.size - 1);
    const wrong = (await readInputs(source, indices)).findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      const row = wrong < shape.reduce((product, axis) => product * axis, 1) ? 0 : 1;
      throw fail(`example ${indices[row]} of ${split} has values that are not finite`);
    }
  }
}
