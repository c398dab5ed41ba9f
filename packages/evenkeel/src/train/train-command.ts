import { Command } from 'commander';
import { addTrainOptions, METHOD_NAMES, trainSettings } from './settings.js';
import type { TrainFlags } from './settings.js';
import type { TrainMethods } from './train-methods.js';

/** What a program that trains may say of itself. */
export interface TrainCommandOptions {
  /** How it is called, such as `npm start --`; default `npx evenkeel train`. */
  readonly typed?: string;
  /** What is trained, one after the other; default: plain training, and the paper's four modules. */
  readonly methods?: TrainMethods;
}

const NOTES = `
Examples:
  evenkeel train --data folder --data-dir photos
  evenkeel train --data cifar10-lt --data-dir cifar --method end-to-end --epochs 30 --json

Ctrl-C finishes the step, saves, and prints the command that resumes.

Exit codes: 0 trained, 1 an error that standard error explains, 2 the command line is wrong, 130 interrupted.`;

/**
 * The command that trains on long-tailed images, a run per method, and prints their accuracy. What it needs is loaded when
 * it runs.
 */
export function trainCommand({ typed, methods }: TrainCommandOptions = {}): Command {
  const names = methods ? Object.keys(methods) : METHOD_NAMES;
  const how = typed ?? 'npx evenkeel train';
  const command = new Command(typed ?? 'train')
    .description(
      'Trains two networks on long-tailed images, one plainly and one with whitening, logit adjustment, B3RS and BET, ' +
        'and prints their many-, medium- and few-shot accuracy.',
    )
    .showHelpAfterError(`Run ${how} --help for the options.`)
    .addHelpText('after', NOTES.replaceAll('evenkeel train', typed ?? 'evenkeel train'));
  return addTrainOptions(command, names).action(async (flags: TrainFlags) => {
    const { runTraining } = await import('./run-training.js');
    await runTraining(trainSettings(flags), { typed: how, methods });
  });
}
