import type { Subcommand } from '../subcommand.js';

/** `evenkeel setup native|native-gpu`. */
export const subcommand: Subcommand = {
  name: 'setup',
  summary: 'builds TensorFlow for Node, once per machine',
  async load() {
    const { setupCommand } = await import('@evenkeel/tensorflow-node/cli');
    return setupCommand();
  },
};
