import { shellWord } from '@evenkeel/errors';
import { Command, Option } from 'commander';
import type { BackendName } from '../shared/common-options.js';
import {
  backendOption,
  badImagesOption,
  dataDirOption,
  dataOption,
  imbalanceOption,
  jsonOption,
  limitOption,
  sizeOption,
} from '../shared/common-options.js';
import { MOST_SEED, whole } from '../shared/option-values.js';

/** Data sets that `train` knows. */
export const DATA_NAMES = [
  'fashion-mnist-lt',
  'cifar10-lt',
  'cifar100-lt',
  'tiny-imagenet-lt',
  'folder',
] as const;
/** One of them. */
export type DataName = (typeof DATA_NAMES)[number];

/** The two ways of training that it compares unless it is given others. */
export const METHOD_NAMES: readonly string[] = ['baseline', 'end-to-end'];

/** Which images, and how they are read. */
export interface DataSettings {
  readonly data: DataName;
  readonly dataDir?: string;
  readonly imbalance: number;
  /** Side that images in files are cut to, pixels. */
  readonly size?: number;
  /** What becomes of files that cannot be decoded. */
  readonly badImages?: 'error' | 'skip';
  /** At most so many training images. */
  readonly limit?: number;
}

/** What one call is to do. */
export interface TrainSettings extends DataSettings {
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly backend: BackendName;
  /** A method by name, or `both`. */
  readonly method: string;
  readonly out: string;
  readonly resume: boolean;
  /** Whether a page shows the runs while they are under way. */
  readonly live?: boolean;
  /** Prints one JSON object at the end, and everything else on standard error. */
  readonly json?: boolean;
}

/** Epochs that show the methods' difference within minutes on two cores. */
const DEFAULT_EPOCHS: Readonly<Record<DataName, number>> = {
  'fashion-mnist-lt': 6,
  'cifar10-lt': 15,
  'cifar100-lt': 15,
  'tiny-imagenet-lt': 15,
  folder: 15,
};

/** What commander has read of the options of {@link addTrainOptions}. */
export type TrainFlags = Omit<TrainSettings, 'epochs' | 'out'> &
  Partial<Pick<TrainSettings, 'epochs' | 'out'>>;

/** Gives a command the options of training; `methods` are the names that `--method` takes, beside `both`. */
export function addTrainOptions(command: Command, methods: readonly string[] = METHOD_NAMES): Command {
  return command
    .addOption(dataOption(DATA_NAMES, 'fashion-mnist-lt'))
    .addOption(dataDirOption())
    .addOption(sizeOption())
    .addOption(badImagesOption())
    .addOption(imbalanceOption())
    .option('--epochs <number>', 'epochs of each run (default: 6, CIFAR and files 15)', whole(1))
    .option('--batch <number>', 'images per batch', whole(2), 128)
    .option('--seed <number>', 'seed of everything random', whole(0, MOST_SEED), 1)
    .addOption(backendOption())
    .addOption(new Option('--method <name>', 'what to run').choices([...methods, 'both']).default('both'))
    .addOption(limitOption())
    .option('--out <folder>', 'folder of result.json, checkpoints and metrics (default: runs/<data set>)')
    .option('--live', 'serve a page that shows the runs meanwhile, for this machine alone')
    .option('--resume', 'resume the interrupted or finished runs in the folder', false)
    .addOption(jsonOption())
    .allowExcessArguments(false);
}

/** Fills in the defaults that depend on the data set. */
export function trainSettings(flags: TrainFlags): TrainSettings {
  return {
    ...flags,
    epochs: flags.epochs ?? DEFAULT_EPOCHS[flags.data],
    out: folderName(flags.out ?? `runs/${flags.data}`),
  };
}

/** Reads a command line alone; prints help or what is wrong with an option, and exits then. */
export function readTrainSettings(argv: readonly string[]): TrainSettings {
  return trainSettings(
    addTrainOptions(new Command('train')).parse(argv, { from: 'user' }).opts<TrainFlags>(),
  );
}

/** The command that resumes an interrupted call; `typed` is how the program is called, such as `npm start --`. */
export function resumeCommand(settings: TrainSettings, typed: string): string {
  const { data, dataDir, size, badImages, imbalance, epochs, batch, seed, backend, method, limit, out } =
    settings;
  const files = { 'data-dir': dataDir, size, 'bad-images': badImages };
  const wanted = { data, ...files, imbalance, epochs, batch, seed, backend, method, limit, out };
  const words = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(String(value))}`],
  );
  return `${typed} ${words.join(' ')}${settings.live ? ' --live' : ''} --resume${settings.json ? ' --json' : ''}`;
}

/** A folder without slashes behind it, which are no part of its name. */
function folderName(path: string): string {
  return path.replace(/(?<=[^/\\])[/\\]+$/, '');
}
