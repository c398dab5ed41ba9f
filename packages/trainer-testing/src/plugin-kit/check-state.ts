import type { PluginCheck } from './kit.js';
import { kitTrainer } from './kit-run.js';
import { watchStates } from './watch-states.js';

/** Every state has a version, and what a version to come has saved is refused. */
export const checkState: PluginCheck = async (kit) => {
  const { plugin, states } = watchStates(kit.factory());
  const trainer = kitTrainer(kit, [plugin]);
  const problems: string[] = [];
  try {
    await trainer.fit({ epochs: 1 });
    for (const [key, state] of states) {
      const { version } = state;
      if (!Number.isInteger(version) || version < 1) {
        problems.push(`State '${key}' has version ${version}, expected a whole number, 1 or more.`);
        continue;
      }
      const saved = state.save();
      let refused = false;
      try {
        state.load(saved, version + 1);
      } catch {
        refused = true;
      }
      if (!refused) {
        problems.push(
          `State '${key}' of version ${version} was loaded as if version ${version + 1} had saved it. Let load(state, fromVersion) throw ` +
            'for versions that it does not know: a checkpoint of a newer plugin would be misread.',
        );
      }
    }
  } finally {
    await trainer.dispose();
  }
  return problems;
};
