import { evenkeelCommand } from './evenkeel-command.js';
import { runProgram } from './shared/run-program.js';

/** Runs `evenkeel` with the arguments of the process, and ends it. */
export async function main(): Promise<void> {
  const args = process.argv.slice(2);
  await runProgram(await evenkeelCommand(args), args);
  process.exit(); // a backend that doctor tried may hold on to its threads
}
