import { messageOf } from '@evenkeel/errors';
import { tinyDataset } from '../tiny-dataset.js';
import type { Dataset, ExampleSource, TrainerOptions } from '@evenkeel/trainer-core';
import type { PluginCheck } from './kit.js';
import { codeOf, epochsOf, kitTrainer } from './kit-run.js';

/** Where a run without it stays finite on examples that are all 0, a run with it does: no variance, no length to divide by. */
export const checkFinite: PluginCheck = async (kit) => {
  const data = allZero(kit.trainer?.data ?? tinyDataset());
  const run = async (plugins: Parameters<typeof kitTrainer>[1]): Promise<unknown> => {
    const trainer = kitTrainer(kit, plugins, { data });
    try {
      await trainer.fit({ epochs: epochsOf(kit) });
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await trainer.dispose();
    }
  };
  const plugin = kit.factory();
  const error = await run([plugin]);
  if (!codeOf(error)?.endsWith('_NOT_FINITE') || (await run([])) !== undefined) return [];
  return [
    `On examples that are all 0 '${plugin.name}' makes numbers that are not finite, where a run without it does not: ${messageOf(error)} ` +
      'Add a small number before what may be 0 is divided by, or its logarithm or root is taken.',
  ];
};

/** The same labels and targets, and examples of zeros. */
function allZero(data: TrainerOptions['data']): TrainerOptions['data'] {
  if ('load' in data) return { name: data.name, load: async () => zeroed(await data.load()) };
  return zeroed(data);
}

function zeroed<Data extends Dataset>(data: Data): Data {
  const { train, test, validation } = data;
  return {
    ...data,
    train: zeros(train),
    test: zeros(test),
    ...(validation && { validation: zeros(validation) }),
  };
}

function zeros<Source extends ExampleSource>(source: Source): Source {
  return new Proxy(source, {
    get(target, member) {
      if (member === 'read') return (_indices: Int32Array, into: Float32Array) => void into.fill(0);
      return Reflect.get(target, member, target) as unknown;
    },
  });
}
