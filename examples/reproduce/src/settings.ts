import { Command, InvalidArgumentError, Option } from 'commander';
import { METHOD_NAMES } from './methods.js';

/** Data sets that the grid knows. */
export const DATA_NAMES = [
  'cifar10-lt',
  'cifar100-lt',
  'fashion-mnist-lt',
  'tiny-imagenet-lt',
  'imagenet-lt',
] as const;
/** Those of images in files, whose side and network can be chosen. */
const IN_FILES: readonly string[] = ['tiny-imagenet-lt', 'imagenet-lt'];
/** Networks for images in files. */
export const NETWORK_NAMES = ['resnet10', 'resnet18', 'resnet50', 'resnext50'] as const;
/** Of the published training list of ImageNet-LT: 1,280 images in the largest class, 5 in the smallest. */
const IMAGENET_LT_IMBALANCE = 256;
const BACKENDS = ['auto', 'native-gpu', 'native', 'webgpu', 'wasm', 'cpu'] as const;
/** What a trainer takes. */
const MOST_SEED = 0xffff_ffff;
const RECIPES = ['quick', 'ldam', 'imagenet-lt'] as const;
/** Epochs of a run unless it is told. */
const EPOCHS = { quick: 10, ldam: 200, 'imagenet-lt': 90 } as const;
const PRECISIONS = ['float32', 'bfloat16'] as const;

/** What results were made in before their settings said so, and what is computed in unless asked otherwise. */
export const DEFAULT_PRECISION: Precision = 'float32';

/** What a network is trained in. */
export type Precision = (typeof PRECISIONS)[number];

/** What makes a cell's numbers what they are, besides method and seed: another value is another grid. */
export interface GridIdentity {
  readonly data: (typeof DATA_NAMES)[number];
  /** Largest class / smallest class; of `imagenet-lt` what its lists have. */
  readonly imbalance: number;
  readonly recipe: (typeof RECIPES)[number];
  readonly epochs: number;
  /** Fraction of every class's training images that is held out; `list`: none, there is a published list of others. */
  readonly validation: number | 'list';
  /** At most so many training images. */
  readonly limit?: number;
  /** Side that images in files are cut to, pixels; absent: what their reader takes. */
  readonly size?: number;
  /** Network for images in files; absent: that of the data set. */
  readonly network?: (typeof NETWORK_NAMES)[number];
  /** Whether images, and lines of lists, may be missing; absent: they may not. */
  readonly partial?: true;
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
  /** Only makes the tables of this folder anew, and the page beside it when it is a folder of grids. */
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
  const command = program().parse(argv, { from: 'user' });
  const options = command.opts<Partial<GridSettings> & Omit<GridSettings, 'imbalance' | 'validation'>>();
  const index = SLURM_ARRAY_TASK_ID ?? JOB_COMPLETION_INDEX;
  const listed = options.data === 'imagenet-lt';
  const imbalance = options.imbalance ?? (listed ? IMAGENET_LT_IMBALANCE : 100);
  const settings = {
    ...(index !== undefined && { cellIndex: whole(0)(index) }),
    ...options,
    imbalance,
    validation: options.validation ?? (listed ? 'list' : 0.1),
    epochs: options.epochs ?? EPOCHS[options.recipe],
    out: (options.out ?? `runs/${options.data}-if${imbalance}`).replace(/(?<=[^/\\])[/\\]+$/, ''),
  };
  const problem = unsuited(settings);
  if (problem !== undefined) command.error(`error: ${problem}`);
  return settings;
}

/** What the data set does not have among what was asked for. */
function unsuited({ data, imbalance, validation, size, network, partial }: GridIdentity): string | undefined {
  const listed = data === 'imagenet-lt';
  if (!IN_FILES.includes(data) && (size ?? network) !== undefined) {
    return `--size and --network are for images in files, ${IN_FILES.join(' and ')}; received --data ${data}.`;
  }
  if (!listed && partial) return `--partial is for imagenet-lt, received --data ${data}.`;
  if (!listed && validation === 'list') {
    return `--validation list is for imagenet-lt, received --data ${data}: expected a fraction.`;
  }
  if (listed && typeof validation === 'number' && validation > 0) {
    return `imagenet-lt has a validation list: expected --validation list or 0, received ${validation}.`;
  }
  if (listed && imbalance !== IMAGENET_LT_IMBALANCE) {
    return `The lists of imagenet-lt have imbalance ${IMAGENET_LT_IMBALANCE}: leave --imbalance ${imbalance} away.`;
  }
  return undefined;
}

/** The identity alone, in a fixed order; settings that name no precision are in the default one. */
export function identityOf(settings: GridIdentity): GridIdentity {
  const { data, imbalance, recipe, epochs, validation, precision = DEFAULT_PRECISION } = settings;
  const { limit, size, network, partial } = settings;
  return {
    ...{ data, imbalance, recipe, epochs, validation },
    ...(limit !== undefined && { limit }),
    ...(size !== undefined && { size }),
    ...(network !== undefined && { network }),
    ...(partial && { partial }),
    precision,
  };
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
  const { data, imbalance, recipe, epochs, validation, limit, size, network, partial, precision } =
    identityOf(settings);
  const words = [
    `--data ${data}`,
    data === 'fashion-mnist-lt' ? '' : '--data-dir DIR',
    data === 'imagenet-lt' ? '' : `--imbalance ${imbalance}`,
    recipe === 'quick' ? '' : `--recipe ${recipe}`,
    `--epochs ${epochs}`,
    `--validation ${validation}`,
    limit === undefined ? '' : `--limit ${limit}`,
    size === undefined ? '' : `--size ${size}`,
    network === undefined ? '' : `--network ${network}`,
    partial ? '--partial' : '',
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
        'Finished runs are skipped, an interrupted one goes on where it stopped.',
    )
    .addOption(new Option('--data <name>', 'data set').choices(DATA_NAMES).default('cifar10-lt'))
    .option(
      '--data-dir <folder>',
      'folder with the official files, images and lists (default: the cache, else a download; none for ImageNet)',
    )
    .option('--imbalance <factor>', 'largest class / smallest class (default: 100)', numberFrom(1))
    .option('--methods <names>', 'methods, separated by commas', names, ['ce', 'la', 'whiten+b3rs+bet+la'])
    .option('--seeds <numbers>', 'seeds, separated by commas', seeds, [1])
    .addOption(
      new Option(
        '--recipe <name>',
        'quick: one cycle; ldam: the published 200 epochs of CIFAR; imagenet-lt: the published 90',
      )
        .choices(RECIPES)
        .default('quick'),
    )
    .option('--epochs <number>', 'budget of each run (default: 10, ldam 200, imagenet-lt 90)', whole(1))
    .option(
      '--validation <fraction>',
      "held out of every class, for choosing anything; list: ImageNet-LT's own (default: 0.1, imagenet-lt list)",
      heldOut,
    )
    .option('--limit <number>', 'at most so many training images, for a quick look', whole(1))
    .option(
      '--size <pixels>',
      'side that images in files are cut to (default: Tiny ImageNet 64, 224)',
      whole(8),
    )
    .addOption(
      new Option(
        '--network <name>',
        'network for images in files (default: Tiny ImageNet resnet18, resnet50)',
      ).choices(NETWORK_NAMES),
    )
    .option('--partial', 'imagenet-lt: images and lines of the lists may be missing; results say so')
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

function heldOut(text: string): number | 'list' {
  if (text === 'list') return text;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 0.5) return value;
  throw new InvalidArgumentError("Expected a fraction from 0 to 0.5, or 'list'.");
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
