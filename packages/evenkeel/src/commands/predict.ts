import type { Subcommand } from '../subcommand.js';

/** `evenkeel predict`. */
export const subcommand: Subcommand = {
  name: 'predict',
  summary: 'classifies image files with a trained run or an export',
  load: async () => (await import('../predict/predict-command.js')).predictCommand(),
};
