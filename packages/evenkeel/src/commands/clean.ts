import type { Subcommand } from '../subcommand.js';

/** `evenkeel clean`. */
export const subcommand: Subcommand = {
  name: 'clean',
  summary: 'removes from the cache what is used no longer',
  async load() {
    const { cleanCommand } = await import('@evenkeel/tensorflow-node/cli');
    return cleanCommand();
  },
};
