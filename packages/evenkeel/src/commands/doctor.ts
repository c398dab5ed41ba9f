import type { Subcommand } from '../subcommand.js';

/** `evenkeel doctor`. */
export const subcommand: Subcommand = {
  name: 'doctor',
  summary: 'tells which backends work, what is missing, and the line that fixes it',
  async load() {
    const { doctorCommand } = await import('@evenkeel/tensorflow-node/cli');
    return doctorCommand({
      diagnose: async () => (await import('@evenkeel/tfjs-runtime/node')).diagnose(),
      bench: async (seconds, onBackend) =>
        (await import('@evenkeel/tfjs-runtime/node')).bench({ seconds, onBackend }),
      verdict: (best) => `useBackend('auto') takes ${best}.`,
    });
  },
};
