import { isEvenkeelError } from '@evenkeel/errors';
import { CommanderError, type Command } from 'commander';

/**
 * Runs a command with `args` (such as `['setup', 'native']`) and sets the exit code: 0 when it did what was asked, 1 with the
 * text on standard error for a coded error, 2 when the command line is wrong. A command may set others.
 * Throws what is no coded error: a fault of the program.
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  try {
    await exitByThrowing(command).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      if (!isEvenkeelError(error)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  }
}

function exitByThrowing(command: Command): Command {
  for (const child of command.commands) exitByThrowing(child);
  return command.exitOverride();
}
