import { Command, InvalidArgumentError } from 'commander';
import type { Subcommand } from '../subcommand.js';

interface RunFlags {
  readonly processes: number;
  readonly restarts: number;
  readonly threads?: number;
}

const NOTES = `
Example:
  evenkeel run --processes 2 --restarts 3 train.mjs --epochs 10

The script trains with the plugin dataParallel() of @evenkeel/replicas; what follows it are its own arguments. On several
machines start it by Slurm or Kubernetes instead: docs/scaling.md.

Exit codes: 0 all are done, 1 a process failed, 2 the command line is wrong, 130 interrupted.`;

/** `evenkeel run --processes N SCRIPT`. */
export const subcommand: Subcommand = {
  name: 'run',
  summary: 'runs a script in several processes that train one network together',
  load: async () =>
    new Command('run')
      .description('Runs a script in several processes of this machine that train one network together.')
      .argument('<script>', 'what every process runs')
      .argument('[arguments...]', 'of the script')
      .requiredOption('--processes <n>', 'how many processes', atLeast(1))
      .option('--restarts <n>', 'how often all are started again after one failed', atLeast(0), 0)
      .option('--threads <n>', "processor threads of each (default: the machine's, divided)", atLeast(1))
      .passThroughOptions()
      .addHelpText('after', NOTES)
      .action(run),
};

async function run(script: string, args: readonly string[], flags: RunFlags): Promise<void> {
  const { launch } = await import('@evenkeel/replicas/launch');
  const { processes, restarts, threads } = flags;
  process.exitCode = await launch({ script, args, processes, restarts, threads });
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}
