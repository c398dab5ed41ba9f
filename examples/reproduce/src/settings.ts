import { Command, InvalidArgumentError, Option } from 'commander';
import { METHOD_NAMES } from './methods.js';

/** Data sets that the grid knows. */
export const DATA_NAMES = ['cifar10-lt', 'cifar100-lt', 'fashion-mnist-lt'] as const;
const BACKENDS = ['auto', 'native-gpu', 'native', 'webgpu', 'wasm', 'cpu'] as const;
/** What a trainer takes. */
const MOST_SEED = 0xffff_ffff;
const RECIPES = ['quick', 'ldam'] as const;
const PRECISIONS = ['float32', 'bfloat16'] as const;

/** What results were made in before their settings said so, and what is computed in unless asked otherwise. */
export const DEFAULT_PRECISION: Precision = 'float32';

/** What a network is trained in. */
export type Precision = (typeof PRECISIONS)[number];

/** What makes a cell's numbers what they are, besides method and seed: another value is another grid. */
export interface GridIdentity {
  readonly data: (typeof DATA_NAMES)[number];
  /** Largest class / smallest class. */
  readonly imbalance: number;
  readonly recipe: (typeof RECIPES)[number];
  readonly epochs: number;
  /** Fraction of every class's training images that is held out. */
  readonly validation: number;
  /** At most so many training images. */
  readonly limit?: number;
  /** What is computed in; absent in files made before it was kept, which are float32. */
  readonly precision?: Precision;
}

/** What one call is to do. */
export interface GridSettings extends GridIdentity {
  readonly dataDir?: string;
  readonly methods: readonly string[];
  readonly seeds: readonly number[];
  readonly backend: (typeof BACKENDS)[number];
  readonly out: string;
  /** Trains only this cell of those that methods and seeds name, from 0. */
  readonly cellIndex?: number;
  /** Only makes the tables of this folder again, and the page beside it when it is a folder of grids. */
  readonly table?: string;
  /** Writes the networks of these cells as models when all are finished. */
  readonly export: boolean;
  /** Only describes the methods. */
  readonly list: boolean;
}

/**
 * Reads the command line; prints help or what is wrong with an option, and exits then. In an array of Slurm, or an indexed job
 * of Kubernetes, the cell is the one of its index.
 */
export function readGridSettings(
  argv: readonly string[],
  { SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX }: Readonly<Record<string, string | undefined>> = {},
): GridSettings {
  const options = program().parse(argv, { from: 'user' }).opts<Partial<GridSettings> & GridSettings>();
  const index = SLURM_ARRAY_TASK_ID ?? JOB_COMPLETION_INDEX;
  return {
    ...(index !== undefined && { cellIndex: whole(0)(index) }),
    ...options,
    epochs: options.epochs ?? (options.recipe === 'ldam' ? 200 : 10),
    out: (options.out ?? `runs/${options.data}-if${options.imbalance}`).replace(/(?<=[^/\\])[/\\]+$/, ''),
  };
}

/** The identity alone, in a fixed order; settings that name no precision are in the default one. */
export function identityOf(settings: GridIdentity): GridIdentity {
  const { data, imbalance, recipe, epochs, validation, limit, precision = DEFAULT_PRECISION } = settings;
  return { data, imbalance, recipe, epochs, validation, ...(limit !== undefined && { limit }), precision };
}

/**
 * The command that makes these cells. Folders stay out of it, since they differ from machine to machine, and so does the
 * precision where it is the default.
 */
export function commandOf(
  settings: GridIdentity,
  methods: readonly string[],
  seeds: readonly number[],
): string {
  const { data, imbalance, recipe, epochs, validation, limit, precision } = identityOf(settings);
  const words = [
    `--data ${data}`,
    data === 'fashion-mnist-lt' ? '' : '--data-dir DIR',
    `--imbalance ${imbalance}`,
    recipe === 'quick' ? '' : `--recipe ${recipe}`,
    `--epochs ${epochs}`,
    `--validation ${validation}`,
    limit === undefined ? '' : `--limit ${limit}`,
    precision === DEFAULT_PRECISION ? '' : `--precision ${precision}`,
    `--methods ${methods.join(',')}`,
    `--seeds ${seeds.join(',')}`,
  ];
  return `npm run reproduce -- ${words.filter(Boolean).join(' ')} --out DIR`;
}

function program(): Command {
  return new Command('npm run reproduce --')
    .description(
      'Trains every method with every seed on the same long-tailed images, one result file per run, and makes the table. ' +
        'Finished runs are skipped, an interrupted one resumes where it stopped.',
    )
    .addOption(new Option('--data <name>', 'data set').choices(DATA_NAMES).default('cifar10-lt'))
    .option('--data-dir <folder>', 'folder with the official files (default: the cache, else a download)')
    .option('--imbalance <factor>', 'largest class / smallest class', numberFrom(1), 100)
    .option('--methods <names>', 'methods, separated by commas', names, ['ce', 'la', 'whiten+b3rs+bet+la'])
    .option('--seeds <numbers>', 'seeds, separated by commas', seeds, [1])
    .addOption(
      new Option('--recipe <name>', 'quick: one cycle; ldam: the published 200 epochs')
        .choices(RECIPES)
        .default('quick'),
    )
    .option('--epochs <number>', 'budget of each run (default: 10, ldam 200)', whole(1))
    .option('--validation <fraction>', 'held out of every class, for choosing anything', fraction, 0.1)
    .option('--limit <number>', 'at most so many training images, for a quick look', whole(1))
    .addOption(
      new Option('--precision <name>', 'what is computed in, one per folder of results')
        .choices(PRECISIONS)
        .default(DEFAULT_PRECISION),
    )
    .addOption(new Option('--backend <name>', 'TensorFlow.js backend').choices(BACKENDS).default('auto'))
    .option('--out <folder>', 'folder of results, checkpoints and tables (default: runs/DATA-ifFACTOR)')
    .option(
      '--cell-index <number>',
      'trains one cell only, from 0 (default: that of a cluster, SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX)',
      whole(0),
    )
    .option(
      '--export',
      'writes the networks as models for tf.loadGraphModel when all runs are finished',
      false,
    )
    .option(
      '--table <folder>',
      'trains nothing: makes the table of the results in the folder, or all tables of a page such as docs/results',
    )
    .option('--list', 'describes the methods, and ends', false)
    .allowExcessArguments(false)
    .showHelpAfterError('Run npm run reproduce -- --help for the options.')
    .addHelpText('after', `\nMethods: ${METHOD_NAMES.join(', ')}`);
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = numberFrom(least)(text);
    if (Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a number of at least ${least}.`);
  };
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 0.5) return value;
  throw new InvalidArgumentError('Expected a fraction from 0 to 0.5.');
}

function names(text: string): readonly string[] {
  const list = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (list.length > 0 && new Set(list).size === list.length) return list;
  throw new InvalidArgumentError('Expected different names, separated by commas.');
}

function seeds(text: string): readonly number[] {
  const list = names(text).map(whole(0));
  if (list.some((seed) => seed > MOST_SEED)) {
    throw new InvalidArgumentError(`Expected seeds of at most ${MOST_SEED}.`);
  }
  if (new Set(list).size === list.length) return list;
  throw new InvalidArgumentError('Expected different seeds, separated by commas.');
}
