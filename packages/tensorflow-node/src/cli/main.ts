import { Command } from 'commander';
import { cleanCommand } from './clean-command.js';
import { doctorCommand } from './doctor-command.js';
import { prebuildCommand } from './prebuild-command.js';
import { runCommand } from './run-command.js';
import { setupCommand } from './setup-command.js';

/** The command `tensorflow-node` with its subcommands. */
export function tensorflowNodeCommand(): Command {
  return new Command('tensorflow-node')
    .description('Brings TensorFlow to Node: builds it, and tells what is missing.')
    .addCommand(cleanCommand())
    .addCommand(doctorCommand())
    .addCommand(prebuildCommand())
    .addCommand(setupCommand());
}

/** Runs `tensorflow-node` with the arguments of the process, and ends it. */
export async function main(): Promise<void> {
  await runCommand(tensorflowNodeCommand(), process.argv.slice(2));
  process.exit();
}
