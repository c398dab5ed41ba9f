import { shellWord } from '@evenkeel/errors';
import { Command, InvalidArgumentError, Option } from 'commander';

/** Data sets that the example knows. */
export const DATA_NAMES = [
  'fashion-mnist-lt',
  'cifar10-lt',
  'cifar100-lt',
  'tiny-imagenet-lt',
  'folder',
] as const;
/** One of them. */
export type DataName = (typeof DATA_NAMES)[number];

/** The two ways of training that it compares. */
export const METHOD_NAMES = ['baseline', 'end-to-end'] as const;
/** One of them. */
export type MethodName = (typeof METHOD_NAMES)[number];

const BACKENDS = ['auto', 'native-gpu', 'native', 'webgpu', 'wasm', 'cpu'] as const;
/** A backend by name; `auto` takes the best that works. */
export type BackendName = (typeof BACKENDS)[number];

/** What one call of the example is to do. */
export interface Settings {
  readonly data: DataName;
  readonly dataDir?: string;
  readonly imbalance: number;
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly backend: BackendName;
  readonly method: MethodName | 'both';
  /** Side that images in files are cut to, pixels. */
  readonly size?: number;
  /** What becomes of files that cannot be decoded. */
  readonly badImages?: 'error' | 'skip';
  /** At most so many training images. */
  readonly limit?: number;
  readonly out: string;
  readonly resume: boolean;
  /** Whether a page shows the runs while they are under way. */
  readonly live?: boolean;
}

/** Epochs that show the methods' difference within minutes on two cores. */
const DEFAULT_EPOCHS: Readonly<Record<DataName, number>> = {
  'fashion-mnist-lt': 6,
  'cifar10-lt': 15,
  'cifar100-lt': 15,
  'tiny-imagenet-lt': 15,
  folder: 15,
};

/** Reads the command line; prints help or what is wrong with an option, and exits then. */
export function readSettings(argv: readonly string[]): Settings {
  const options = program().parse(argv, { from: 'user' }).opts<Partial<Settings> & Settings>();
  return {
    ...options,
    epochs: options.epochs ?? DEFAULT_EPOCHS[options.data],
    out: folderName(options.out ?? `runs/${options.data}`),
  };
}

/** The command that resumes an interrupted call. */
export function resumeCommand(settings: Settings): string {
  const { data, dataDir, size, badImages, imbalance, epochs, batch, seed, backend, method, limit, out } =
    settings;
  const files = { 'data-dir': dataDir, size, 'bad-images': badImages };
  const wanted = { data, ...files, imbalance, epochs, batch, seed, backend, method, limit, out };
  const words = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(String(value))}`],
  );
  return `npm start -- ${words.join(' ')}${settings.live ? ' --live' : ''} --resume`;
}

/** A folder without slashes behind it, which are no part of its name. */
function folderName(path: string): string {
  return path.replace(/(?<=[^/\\])[/\\]+$/, '');
}

function program(): Command {
  return new Command('npm start --')
    .description(
      'Trains two networks on long-tailed images, one plainly and one with whitening, logit adjustment, B3RS and BET, ' +
        'and prints their many-, medium- and few-shot accuracy.',
    )
    .addOption(new Option('--data <name>', 'data set').choices(DATA_NAMES).default('fashion-mnist-lt'))
    .option(
      '--data-dir <folder>',
      'folder with the official files (default: the cache, else a download), or with your own images',
    )
    .option(
      '--size <pixels>',
      'side that images in files are cut to (default: 112, Tiny ImageNet 64)',
      whole(8),
    )
    .addOption(
      new Option(
        '--bad-images <what>',
        'what becomes of files that cannot be decoded (default: error)',
      ).choices(['error', 'skip']),
    )
    .option('--imbalance <factor>', 'largest class / smallest class', atLeast(1), 100)
    .option('--epochs <number>', 'epochs of each run (default: 6, CIFAR 15)', whole(1))
    .option('--batch <number>', 'images per batch', whole(2), 128)
    .option('--seed <number>', 'seed of everything random', whole(0, 0xffff_ffff), 1)
    .addOption(new Option('--backend <name>', 'TensorFlow.js backend').choices(BACKENDS).default('auto'))
    .addOption(
      new Option('--method <name>', 'what to run').choices([...METHOD_NAMES, 'both']).default('both'),
    )
    .option('--limit <number>', 'at most so many training images, for a quick look', whole(1))
    .option('--out <folder>', 'folder of result.json, checkpoints and metrics (default: runs/<data set>)')
    .option('--live', 'serve a page that shows the runs meanwhile, for this machine alone')
    .option('--resume', 'resume the interrupted or finished runs in the folder', false)
    .allowExcessArguments(false)
    .showHelpAfterError('Run npm start -- --help for the options.');
}

function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}${upTo}.`);
  };
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a number of at least ${least}.`);
  };
}
