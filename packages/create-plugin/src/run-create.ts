import { isEvenkeelError } from '@evenkeel/errors';
import type { Command } from 'commander';

/**
 * Runs a command that writes a folder, from the present one; sets the exit code: 1 and the text on standard error for a coded error.
 * Throws what is no coded error: a fault of the program.
 */
export async function runCreate(
  command: (here: string, print: (line: string) => void) => Command,
): Promise<void> {
  try {
    // eslint-disable-next-line no-console -- a command talks to the terminal
    await command(process.cwd(), (line) => console.log(line)).parseAsync();
  } catch (error) {
    if (!isEvenkeelError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
