import { Command, Option } from 'commander';
import { backendOption, jsonOption } from '../shared/common-options.js';
import type { BackendName } from '../shared/common-options.js';
import { whole } from '../shared/option-values.js';

/** What one call is to do. */
export interface PredictFlags {
  /** Which network of a run that has several. */
  readonly method?: string;
  readonly backend: BackendName;
  readonly batch: number;
  readonly badImages: 'error' | 'skip';
  /** So many classes with the highest probabilities; default: all. */
  readonly top?: number;
  readonly format?: 'csv' | 'json';
  readonly out?: string;
  readonly json?: boolean;
}

const NOTES = `
Examples:
  evenkeel predict runs/folder --method end-to-end new-photos > classes.csv
  evenkeel predict model photo.jpg --top 3 --json

CSV has a line per image: file, class, probability, then the probability of every class. Images are prepared as the model's
metadata says, which 'evenkeel train' and 'evenkeel export' write; without it they are cut to the model's size and scaled to 0..1.

Exit codes: 0 all are classified, 1 an error, or an image that was left out, 2 the command line is wrong.`;

/** The command that classifies image files with a trained network. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('Classifies image files with a trained run or an exported model.')
    .argument('<model>', "the folder of 'evenkeel train', of one of its methods, or of an export")
    .argument('<images...>', 'files, and folders of them')
    .option('--method <name>', 'which network of a run that has several')
    .addOption(
      new Option('--format <name>', 'of what is written (default: by the suffix of --out, else csv)').choices(
        ['csv', 'json'],
      ),
    )
    .option('--top <number>', 'so many classes with the highest probabilities (default: all)', whole(1))
    .option('--batch <number>', 'images per batch', whole(1), 32)
    .addOption(
      new Option('--bad-images <what>', 'what becomes of files that cannot be decoded')
        .choices(['error', 'skip'])
        .default('error'),
    )
    .addOption(backendOption())
    .option('--out <file>', 'where it is written (default: standard output)')
    .addOption(jsonOption())
    .allowExcessArguments(false)
    .addHelpText('after', NOTES)
    .action(async (model: string, images: readonly string[], flags: PredictFlags) => {
      const { runPredict } = await import('./run-predict.js');
      await runPredict(model, images, flags);
    });
}
