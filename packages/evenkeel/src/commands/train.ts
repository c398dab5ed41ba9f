import type { Subcommand } from '../subcommand.js';

/** `evenkeel train`. */
export const subcommand: Subcommand = {
  name: 'train',
  summary: 'trains on long-tailed images, plainly and with the four modules, and measures both',
  load: async () => (await import('../train/train-command.js')).trainCommand(),
};
