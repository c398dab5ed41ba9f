export { evenkeelCommand } from './evenkeel-command.js';
export { findSubcommands } from './find-subcommands.js';
export { runProgram } from './shared/run-program.js';

export type { Subcommand } from './subcommand.js';
