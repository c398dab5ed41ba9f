import { CHECKPOINTS, createTrainer, definePlugin } from '@evenkeel/trainer-core';
import type { Trainer, TrainerOptions } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';

/** A small trainer; 36 examples in five batches an epoch. */
export function tinyTrainer(options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, seed: 1, ...options });
}

/** Every variable's values by name. */
export function valuesOf(trainer: Trainer): Record<string, number[]> {
  return Object.fromEntries(
    trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync())]),
  );
}

/** Variables at the end of two epochs: unbroken, and resumed in a new trainer from after every batch. */
export async function resumedEverywhere(make: () => Partial<TrainerOptions>): Promise<{
  readonly unbroken: Record<string, number[]>;
  readonly resumed: readonly Record<string, number[]>[];
}> {
  const kept: Uint8Array[] = [];
  const keeper = definePlugin({
    name: 'keeper',
    version: '1.0.0',
    api: '^2.0',
    setup({ roles }) {
      roles.provide(CHECKPOINTS, {
        name: 'keeper',
        isDue: () => true,
        save: ({ bytes }) => Promise.resolve(String(kept.push(bytes) - 1)),
        load: (location) => Promise.resolve(kept[Number(location)]),
      });
    },
  });
  const trainer = (): Trainer => {
    const { plugins, ...options } = make();
    return tinyTrainer({ ...options, plugins: [keeper, plugins] });
  };
  const end = async (location?: number) => {
    const running = trainer();
    if (location !== undefined) await running.resume(String(location));
    await running.fit({ epochs: 2 });
    const values = valuesOf(running);
    await running.dispose();
    return values;
  };
  const unbroken = await end();
  const places = kept.length;
  const resumed = [];
  for (let place = 0; place < places; place++) resumed.push(await end(place));
  return { unbroken, resumed };
}
