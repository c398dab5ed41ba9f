import { messageOf } from '@evenkeel/errors';
import type { PluginCheck } from './kit.js';
import { kitTrainer, trainedValues } from './kit-run.js';

/** It can be made and trained with, is listed by `explain()`, and every call of the factory gives another plugin. */
export const checkConstruction: PluginCheck = async (kit) => {
  const problems: string[] = [];
  const plugin = kit.factory();
  if (plugin === kit.factory()) {
    problems.push(
      'The factory gave the same object twice. Make the plugin inside the factory, so that two trainers share nothing.',
    );
  }
  let doing = 'A trainer with the plugin alone cannot be made';
  try {
    const trainer = kitTrainer(kit, [plugin]);
    const listed = trainer.explain().includes(`${plugin.name} ${plugin.version}`);
    if (!listed) problems.push(`explain() does not list '${plugin.name} ${plugin.version}'.`);
    doing = 'A trainer that was never used cannot be disposed';
    await trainer.dispose();
    doing = 'A run with the plugin alone fails';
    await trainedValues(kit, [kit.factory()]);
  } catch (error) {
    problems.push(`${doing}: ${messageOf(error)}`);
  }
  return problems;
};
