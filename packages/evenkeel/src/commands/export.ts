import type { Subcommand } from '../subcommand.js';

/** `evenkeel export`. */
export const subcommand: Subcommand = {
  name: 'export',
  summary: 'writes the networks of a run for stock TensorFlow.js or ONNX Runtime',
  load: async () => (await import('../export/export-command.js')).exportCommand(),
};
