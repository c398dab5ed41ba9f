import { evenkeelCommand } from './evenkeel-command.js';

/** Runs `evenkeel` with the arguments of the process, and ends it. */
export async function main(): Promise<void> {
  const { runCommand } = await import('@evenkeel/tensorflow-node/cli');
  const args = process.argv.slice(2);
  await runCommand(await evenkeelCommand(args), args);
  process.exit(); // a backend that doctor tried may hold on to its threads
}
