import type { PluginCheck } from './kit.js';
import { kitTrainer } from './kit-run.js';
import { watchStates } from './watch-states.js';

/** Every state has a version: a whole number, 1 or more. */
export const checkState: PluginCheck = async (kit) => {
  const { plugin, states } = watchStates(kit.factory());
  await kitTrainer(kit, [plugin]).dispose();
  return [...states]
    .filter(([, { version }]) => !Number.isInteger(version) || version < 1)
    .map(
      ([key, { version }]) =>
        `State '${key}' has version ${version}, expected a whole number, 1 or more. Begin with 1, and raise it when the form of ` +
        'the state changes, so that an older plugin does not misread it.',
    );
};
