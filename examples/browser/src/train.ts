import { endToEnd } from '@evenkeel/end-to-end';
import { smallResNet } from '@evenkeel/models';
import { accuracy, cosine, createTrainer, sgd, valuesOf } from '@evenkeel/trainer-core';
import type { Dataset, TrainerEvent } from '@evenkeel/trainer-core';

/** What the page lets its reader choose. */
export interface Settings {
  readonly method: 'baseline' | 'end-to-end';
  readonly epochs: number;
  /** Images per batch. */
  readonly batch: number;
  readonly seed: number;
}

/** Accuracies in 0..1; null where the test set has no class of a group. */
export interface Accuracy {
  readonly all: number | null;
  readonly many: number | null;
  readonly medium: number | null;
  readonly few: number | null;
}

/** Trains the small ResNet on the current backend; the same code in a page and in Node. */
export async function train(
  data: Dataset,
  { method, epochs, batch, seed }: Settings,
  onEvent: (event: TrainerEvent) => void,
): Promise<Accuracy> {
  const trainer = createTrainer({
    data,
    model: smallResNet(),
    optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }),
    schedule: cosine({ base: 0.1, warmupEpochs: 1 }),
    plugins: method === 'end-to-end' && endToEnd(),
    batchSize: batch,
    seed,
  });
  trainer.hooks.events$.subscribe(onEvent);
  try {
    const { evaluation } = await trainer.fit({ epochs, evaluateEvery: epochs });
    return valuesOf(accuracy(), evaluation, 'all', 'many', 'medium', 'few');
  } finally {
    await trainer.dispose();
  }
}
