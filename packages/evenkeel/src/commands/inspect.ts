import type { Subcommand } from '../subcommand.js';

/** `evenkeel inspect`. */
export const subcommand: Subcommand = {
  name: 'inspect',
  summary: 'shows a data set: counts, imbalance, batches, broken and repeated images',
  load: async () => (await import('../inspect/inspect-command.js')).inspectCommand(),
};
