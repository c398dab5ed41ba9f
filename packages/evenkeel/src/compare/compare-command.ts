import { Command } from 'commander';
import { METHOD_NAMES } from './methods.js';
import { addGridOptions, gridSettings } from './settings.js';
import type { DATA_NAMES } from './settings.js';

/** What a program that compares may say of itself. */
export interface CompareCommandOptions {
  /** How it is called, such as `npm run reproduce --`; default `npx evenkeel compare`. */
  readonly typed?: string;
  /** Data set unless one is named; default `fashion-mnist-lt`. */
  readonly data?: (typeof DATA_NAMES)[number];
}

const NOTES = `
Examples:
  evenkeel compare --data folder --data-dir photos --methods ce,la,crt,whiten+b3rs+bet+la --seeds 1,2,3
  evenkeel compare --list

A part of every class is held out of training; by it a method is recommended. Test images are read when nothing is left to choose.
Methods: ${METHOD_NAMES.join(', ')}

Ctrl-C saves; the same command resumes. A cluster's array (SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX) trains one cell each.

Exit codes: 0 done, 1 an error that standard error explains, 2 the command line is wrong, 130 interrupted.`;

/** The command that trains every method with every seed, makes the table, and recommends a method. */
export function compareCommand({ typed, data }: CompareCommandOptions = {}): Command {
  const how = typed ?? 'npx evenkeel compare';
  const command = new Command(typed ?? 'compare')
    .description(
      'Trains every method with every seed on the same long-tailed images, one result file per run, and makes the table. ' +
        'Finished runs are skipped, an interrupted one resumes where it stopped.',
    )
    .showHelpAfterError(`Run ${how} --help for the options.`)
    .addHelpText('after', NOTES.replaceAll('evenkeel compare', typed ?? 'evenkeel compare'));
  return addGridOptions(command, data).action(async () => {
    const settings = { ...gridSettings(command, process.env), typed: how };
    const { runComparison } = await import('./run-comparison.js');
    await runComparison(settings);
  });
}
