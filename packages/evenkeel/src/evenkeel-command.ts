import { Command } from 'commander';
import { findSubcommands } from './find-subcommands.js';

const NOTES = `
evenkeel SUBCOMMAND --help explains one of them.

Exit codes: 0 done, 1 an error that standard error explains, 2 the command line is wrong, 130 interrupted.`;

/**
 * The command `evenkeel`. Of the subcommands only the one that `args` (such as `['doctor', '--json']`) call is loaded; the
 * others are a line in the help.
 */
export async function evenkeelCommand(args: readonly string[]): Promise<Command> {
  const program = new Command('evenkeel')
    .description('Trains on long-tailed data: sets TensorFlow up, tells what is missing, draws reports.')
    .usage('<subcommand> [options]')
    .enablePositionalOptions() // what follows the script of `run` is the script's
    .addHelpText('after', NOTES);
  const [first, second] = args.filter((argument) => !argument.startsWith('-'));
  const called = first === 'help' ? second : first;
  for (const { name, summary, load } of await findSubcommands()) {
    const command = name === called ? await load() : new Command(name).description(summary);
    program.addCommand(command.summary(summary));
  }
  return program;
}
