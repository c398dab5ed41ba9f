import { CHECKPOINTS, createTrainer, definePlugin, memoryCheckpoints } from '@evenkeel/trainer-core';
import type {
  BackboneDefinition,
  CheckpointStore,
  ClassDataset,
  MetricValues,
  PluginInput,
  Trainer,
  TrainerOptions,
  TrainerPlugin,
} from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';

/** Four classes with a long tail and a held-out part. */
export const data: ClassDataset = tinyDataset({
  classCounts: [40, 16, 6, 2],
  testPerClass: 25,
  validationPerClass: 10,
  spread: 1,
});

/** A network with a running statistic and dropout. */
export const model: BackboneDefinition = tinyBackbone({ features: 8, statistics: true, dropout: 0.2 });

/** A trainer of that network. */
export const make = (plugins: PluginInput, options: Partial<TrainerOptions> = {}): Trainer =>
  createTrainer({
    data,
    model,
    batchSize: 7,
    seed: 3,
    plugins,
    ...options,
  });

/** Keeps checkpoints in a store of the caller's. */
export const keptIn = (store: CheckpointStore): TrainerPlugin =>
  definePlugin({
    name: 'kept',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) => roles.provide(CHECKPOINTS, store),
  });

/** Every variable's values by name, copied. */
export const valuesOf = (trainer: Trainer): Record<string, number[]> =>
  Object.fromEntries(
    trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]),
  );

/** What a first stage leaves. */
export interface FirstStage {
  readonly store: CheckpointStore;
  readonly values: Record<string, number[]>;
  /** On test data. */
  readonly evaluation: MetricValues;
}

/** A finished first stage: its checkpoint, and its values. */
export async function firstStage(
  options: Partial<TrainerOptions> = {},
  plugins: PluginInput = [],
): Promise<FirstStage> {
  const store = memoryCheckpoints();
  const trainer = make([keptIn(store), plugins], options);
  await trainer.fit({ epochs: 4 });
  await trainer.save();
  const values = valuesOf(trainer);
  const evaluation = await trainer.evaluate({ split: 'test' });
  await trainer.dispose();
  return { store, values, evaluation };
}
