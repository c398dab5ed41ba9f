import { Command } from 'commander';
import {
  badImagesOption,
  dataDirOption,
  dataOption,
  imbalanceOption,
  jsonOption,
  limitOption,
} from '../shared/common-options.js';
import { fraction, MOST_SEED, whole } from '../shared/option-values.js';
import { DATA_NAMES } from '../train/settings.js';
import type { DataSettings } from '../train/settings.js';

/** What one call is to do. */
export interface InspectFlags extends DataSettings {
  /** Images per batch that B3RS and BET fill. */
  readonly batch: number;
  readonly seed: number;
  /** B3RS's blocks. */
  readonly blocks: number;
  /** BET's base batches in front of every embedded one. */
  readonly every: number;
  /** B3RS's balance of the blocks, 0 .. 1. */
  readonly beta: number;
  /** Whether images are opened; else only their counts are looked at. */
  readonly images: boolean;
  readonly json?: boolean;
}

const NOTES = `
Examples:
  evenkeel inspect --data folder --data-dir photos
  evenkeel inspect --data cifar10-lt --data-dir cifar --imbalance 50 --batch 64

Every image is opened once. Two are the same when they show the same picture bit by bit at 32 × 32 pixels (data sets in memory: at
their size); the same picture compressed again is not found.

Exit codes: 0 looked at, 1 an error that standard error explains, 2 the command line is wrong.`;

/** The command that shows a data set before anything is trained on it. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Shows a data set before training: counts by class, imbalance, shot groups, the batches of B3RS and BET, ' +
        'broken images, and the same image in two parts or two classes.',
    )
    .addOption(dataOption(DATA_NAMES, 'fashion-mnist-lt'))
    .addOption(dataDirOption())
    .addOption(imbalanceOption())
    .addOption(limitOption())
    .addOption(badImagesOption())
    .option('--no-images', 'look at the counts alone, open no image')
    .option('--batch <number>', 'images per batch', whole(2), 128)
    .option('--blocks <number>', 'blocks of B3RS', whole(1), 3)
    .option('--beta <fraction>', 'how far B3RS balances the blocks', fraction(1), 1)
    .option('--every <number>', 'base batches in front of every batch that BET embeds', whole(1), 4)
    .option('--seed <number>', 'of the batches that are shown', whole(0, MOST_SEED), 1)
    .addOption(jsonOption())
    .allowExcessArguments(false)
    .addHelpText('after', NOTES)
    .action(async (flags: InspectFlags) => {
      const { runInspect } = await import('./run-inspect.js');
      await runInspect(flags);
    });
}
