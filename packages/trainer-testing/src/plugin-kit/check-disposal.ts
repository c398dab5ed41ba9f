import { messageOf } from '@evenkeel/errors';
import { definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import type { PluginCheck } from './kit.js';
import { kitTrainer } from './kit-run.js';

/** It is torn down once, in reverse order, without a failure, and disposing twice is harmless. */
export const checkDisposal: PluginCheck = async (kit) => {
  const torn: string[] = [];
  const watched = watch(kit.factory(), torn);
  const trainer = kitTrainer(kit, [probe('first', torn), watched, probe('last', torn)]);
  const problems: string[] = [];
  await trainer.fit({ epochs: 1 }).catch(() => undefined); // other rules see why
  try {
    await trainer.dispose();
    await trainer.dispose();
  } catch (error) {
    problems.push(
      `Disposing fails: ${messageOf(error)} What setup returns must not throw, whatever became of the run.`,
    );
  }
  const own = torn.filter((name) => name === watched.name).length;
  if (own > 1) problems.push(`It was torn down ${own} times, expected once.`);
  if (torn.indexOf('last') > torn.indexOf('first')) {
    problems.push(`Teardowns came in the order ${torn.join(', ')}, expected the reverse of the setups.`);
  }
  return problems;
};

function probe(name: string, torn: string[]): TrainerPlugin {
  return definePlugin({ name, version: '1.0.0', api: '^2.0', setup: () => () => void torn.push(name) });
}

function watch(plugin: TrainerPlugin, torn: string[]): TrainerPlugin {
  return {
    ...plugin,
    setup(context) {
      const teardown = plugin.setup(context);
      return () => {
        torn.push(plugin.name);
        return typeof teardown === 'function' ? teardown() : undefined;
      };
    },
  };
}
