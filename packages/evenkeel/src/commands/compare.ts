import type { Subcommand } from '../subcommand.js';

/** `evenkeel compare`. */
export const subcommand: Subcommand = {
  name: 'compare',
  summary: 'trains methods with seeds on the same images, makes the table, recommends one',
  load: async () => (await import('../compare/compare-command.js')).compareCommand(),
};
