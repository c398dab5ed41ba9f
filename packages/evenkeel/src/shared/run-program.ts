import { tellError } from '@evenkeel/errors';
import { exitCodeOf, onClosedOutput } from '@evenkeel/trainer-core/node';
import { runCommand } from '@evenkeel/tensorflow-node/cli';
import type { Command } from 'commander';

/**
 * Runs a command as a program: with `args` (default: the process's), its exit code set. A coded error is told by its text, any
 * other by its stack. When nobody reads what is written any more (`| head`), the rest is lost, and a run that is under way
 * stops and saves.
 */
export async function runProgram(
  command: Command,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  onClosedOutput(() => (process.exitCode = exitCodeOf('output was closed')));
  try {
    await runCommand(command, args);
  } catch (error) {
    process.stderr.write(`${tellError(error)}\n`);
    process.exitCode = 1;
  }
}
