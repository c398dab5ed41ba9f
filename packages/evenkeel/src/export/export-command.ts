import { Command, Option } from 'commander';
import { backendOption, dataDirOption, jsonOption } from '../shared/common-options.js';
import type { BackendName } from '../shared/common-options.js';

/** Names of the formats that a network is written in. */
const FORMAT_NAMES = ['tfjs', 'onnx'] as const;

/** A format: a graph model of TensorFlow.js, or an ONNX file. */
export type FormatName = (typeof FORMAT_NAMES)[number];

/** What one call is to do. */
export interface ExportFlags {
  /** One method of the run; default: all. */
  readonly method?: string;
  readonly format: FormatName;
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
  evenkeel export runs/folder --format onnx

tfjs is model.json and weights.bin, for tf.loadGraphModel and for 'evenkeel predict'; onnx is model.onnx, for ONNX Runtime
and what else reads operator set 17. Both take images as they were trained on: [batch, height, width, channels].

A run that ends writes its tfjs models by itself; this writes them again, or those of a run that was interrupted. The
images are read to check that the checkpoint belongs to them.

Exit codes: 0 it is written, 1 an error that standard error explains, 2 the command line is wrong.`;

/** The command that writes the networks of a run for TensorFlow.js or ONNX Runtime. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Writes the trained networks of a run as models for stock TensorFlow.js (tf.loadGraphModel) or ONNX Runtime.',
    )
    .argument('<run>', "the folder of 'evenkeel train'")
    .option('--method <name>', 'one method of the run (default: all that have a checkpoint)')
    .addOption(
      new Option('--format <name>', 'what is written')
        .choices(FORMAT_NAMES)
        .default('tfjs' satisfies FormatName),
    )
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
