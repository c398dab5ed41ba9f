import { CHECKPOINTS, createTrainer, definePlugin } from '@evenkeel/trainer-core';
import type { PluginInput, Trainer, TrainerOptions, TrainerPlugin } from '@evenkeel/trainer-core';
import { tinyBackbone } from '../tiny-backbone.js';
import { tinyDataset } from '../tiny-dataset.js';
import type { PluginKit } from './kit.js';

/** Every variable's values by its name. */
export type Values = ReadonlyMap<string, readonly number[]>;

/** A trainer of the kit with these plugins. */
export function kitTrainer(
  { trainer = {} }: Pick<PluginKit, 'trainer'>,
  plugins: PluginInput,
  more: Partial<TrainerOptions> = {},
): Trainer {
  return createTrainer({
    data: tinyDataset(),
    model: tinyBackbone({ statistics: true, dropout: 0.2 }),
    batchSize: 6,
    seed: 3,
    ...trainer,
    ...more,
    plugins,
  });
}

/** Trains to the end, disposes, and gives the values of the variables. */
export async function trainedValues(
  kit: PluginKit,
  plugins: PluginInput,
  more: Partial<TrainerOptions> = {},
): Promise<Values> {
  const trainer = kitTrainer(kit, plugins, more);
  try {
    await trainer.fit({ epochs: epochsOf(kit) });
    return valuesOf(trainer);
  } finally {
    await trainer.dispose();
  }
}

/** Epochs of a run of the kit. */
export function epochsOf({ epochs = 2 }: Pick<PluginKit, 'epochs'>): number {
  return epochs;
}

/** The values of the variables now, copied. */
export function valuesOf(trainer: Trainer): Values {
  return new Map(
    trainer.variables().map(({ name, variable }) => [name, Array.from(variable.dataSync<'float32'>())]),
  );
}

/** The first variable in which two runs differ, with both values; undefined when they are equal bit for bit. */
export function difference(expected: Values, received: Values): string | undefined {
  for (const [name, values] of expected) {
    const others = received.get(name);
    if (others === undefined) return `variable '${name}' is missing`;
    const at = values.findIndex((value, index) => !Object.is(value, others[index]));
    if (at >= 0) return `variable '${name}'[${at}] is ${others[at]}, expected ${values[at]}`;
  }
  const extra = [...received.keys()].find((name) => !expected.has(name));
  return extra === undefined ? undefined : `variable '${extra}' is there, expected none of that name`;
}

/** Keeps every checkpoint of a run, one after every batch and one after every epoch, and gives the `n`-th as `n`. */
export function keepEveryCheckpoint(
  kept: Uint8Array[],
  onSave: () => unknown = () => undefined,
): TrainerPlugin {
  return definePlugin({
    name: '@evenkeel/trainer-testing/keep-every-checkpoint',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.provide(CHECKPOINTS, {
        name: 'keep-every-checkpoint',
        isDue: () => true,
        save: ({ bytes }) => {
          onSave();
          return Promise.resolve(String(kept.push(bytes) - 1));
        },
        load: (location) => Promise.resolve(kept[Number(location)]),
      }),
  });
}

/** The code of a coded error. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
