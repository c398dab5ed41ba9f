import type { PluginCheck } from './kit.js';
import { kitTrainer, textOf } from './kit-run.js';

/** It can be made and set up, is listed by `explain()`, and every call of the factory gives another plugin. */
export const checkConstruction: PluginCheck = async (kit) => {
  const problems: string[] = [];
  const plugin = kit.factory();
  if (plugin === kit.factory()) {
    problems.push(
      'The factory gave the same object twice. Make the plugin inside the factory, so that two trainers share nothing.',
    );
  }
  try {
    const trainer = kitTrainer(kit, [plugin]);
    const listed = trainer.explain().includes(`${plugin.name} ${plugin.version}`);
    if (!listed) problems.push(`explain() does not list '${plugin.name} ${plugin.version}'.`);
    await trainer.dispose();
  } catch (error) {
    problems.push(`A trainer with the plugin alone cannot be made and disposed: ${textOf(error)}`);
  }
  return problems;
};
