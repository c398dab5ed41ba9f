import { Command } from 'commander';
import { backendOption, dataDirOption, jsonOption } from '../shared/common-options.js';
import type { BackendName } from '../shared/common-options.js';

/** What one call is to do. */
export interface ExportFlags {
  /** One method of the run; default: all. */
  readonly method?: string;
  /** Where its images are now; default: where they were. */
  readonly dataDir?: string;
  readonly backend: BackendName;
  /** Default: `METHOD/model` in the run's folder. */
  readonly out?: string;
  readonly json?: boolean;
}

const NOTES = `
Examples:
  evenkeel export runs/folder
  evenkeel export runs/folder --method end-to-end --out model

A run that ends writes its models by itself; this writes them again, or those of a run that was interrupted. The images
are read to check that the checkpoint belongs to them.

Exit codes: 0 it is written, 1 an error that standard error explains, 2 the command line is wrong.`;

/** The command that writes the networks of a run as models for `tf.loadGraphModel`. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Writes the trained networks of a run as models for stock TensorFlow.js (tf.loadGraphModel).',
    )
    .argument('<run>', "the folder of 'evenkeel train'")
    .option('--method <name>', 'one method of the run (default: all that have a checkpoint)')
    .addOption(dataDirOption())
    .addOption(backendOption())
    .option('--out <folder>', 'where the model of one method is written (default: RUN/METHOD/model)')
    .addOption(jsonOption())
    .allowExcessArguments(false)
    .addHelpText('after', NOTES)
    .action(async (run: string, flags: ExportFlags) => {
      const { runExport } = await import('./run-export.js');
      await runExport(run, flags);
    });
}
