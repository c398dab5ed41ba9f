import { isEvenkeelError } from '@evenkeel/errors';
import { Command } from 'commander';
import { doctorCommand } from './doctor-command.js';
import { setupCommand } from './setup-command.js';

/** The command `evenkeel-runtime` with its subcommands. */
export function runtimeCommand(): Command {
  return new Command('evenkeel-runtime')
    .description('Picks and prepares the TensorFlow.js backend that Evenkeel trains on.')
    .addCommand(doctorCommand())
    .addCommand(setupCommand());
}

/** Runs `evenkeel-runtime` and ends the process: exit code 1 and the text on standard error for an expected error. */
export async function main(): Promise<void> {
  try {
    await runtimeCommand().parseAsync();
  } catch (error) {
    if (!isEvenkeelError(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
  process.exit(); // a backend that doctor tried may hold on to its threads
}
