import { Command, InvalidArgumentError, Option } from 'commander';
import type { BackendName } from '../shared/common-options.js';
import {
  backendOption,
  badImagesOption,
  dataDirOption,
  dataOption,
  jsonOption,
  limitOption,
} from '../shared/common-options.js';
import { names, numberFrom, seeds, whole } from '../shared/option-values.js';

/** Data sets that the grid knows. */
export const DATA_NAMES = [
  'cifar10-lt',
  'cifar100-lt',
  'fashion-mnist-lt',
  'tiny-imagenet-lt',
  'imagenet-lt',
  'folder',
] as const;
/** Those of images in files, whose side and network can be chosen. */
const IN_FILES: readonly string[] = ['tiny-imagenet-lt', 'imagenet-lt', 'folder'];
/** Networks for images in files. */
export const NETWORK_NAMES = ['resnet10', 'resnet18', 'resnet50', 'resnext50'] as const;
/** Of the published training list of ImageNet-LT: 1,280 images in the largest class, 5 in the smallest. */
const IMAGENET_LT_IMBALANCE = 256;
/** How `compare` is called where nobody says it. */
const TYPED = 'npx evenkeel compare';
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
  /**
   * Fraction of every class's training images that is held out; `list`: none, there is a published list of others, or a folder `val`
   * beside `train` and `test`.
   */
  readonly validation: number | 'list';
  /** At most so many training images. */
  readonly limit?: number;
  /** Side that images in files are cut to, pixels; absent: what their reader takes. */
  readonly size?: number;
  /** Network for images in files; absent: that of the data set. */
  readonly network?: (typeof NETWORK_NAMES)[number];
  /** Whether images, and lines of lists, may be missing; absent: they may not. */
  readonly partial?: true;
  /** Files of a folder that cannot be decoded are left out; absent: they are errors. */
  readonly badImages?: 'skip';
  /** What is computed in; absent in files made before it was kept, which are float32. */
  readonly precision?: Precision;
}

/** What one call is to do. */
export interface GridSettings extends GridIdentity {
  readonly dataDir?: string;
  readonly methods: readonly string[];
  readonly seeds: readonly number[];
  readonly backend: BackendName;
  readonly out: string;
  /** Trains only this cell of those that methods and seeds name, from 0. */
  readonly cellIndex?: number;
  /** Only makes the tables of this folder again, and the page beside it when it is a folder of grids. */
  readonly table?: string;
  /** Writes the networks of these cells as models when all are finished. */
  readonly export: boolean;
  /** Only describes the methods. */
  readonly list: boolean;
  /** Prints one JSON object at the end, and everything else on standard error. */
  readonly json?: boolean;
  /** How the program is called, for the commands that it prints; default `npx evenkeel compare`. */
  readonly typed?: string;
}

/** What commander has read of the options of {@link addGridOptions}. */
export type GridFlags = Partial<GridSettings> &
  Omit<GridSettings, 'badImages' | 'epochs' | 'imbalance' | 'out' | 'validation'>;

/**
 * Reads a command line alone; prints help or what is wrong with an option, and exits then. In an array of Slurm, or an indexed job
 * of Kubernetes, the cell is the one of its index.
 */
export function readGridSettings(
  argv: readonly string[],
  cluster: Readonly<Record<string, string | undefined>> = {},
): GridSettings {
  const command = addGridOptions(new Command('compare')).parse(argv, { from: 'user' });
  return gridSettings(command, cluster);
}

/** What a command with {@link addGridOptions} has read, its defaults filled in; an error of the command where options do not go together. */
export function gridSettings(
  command: Command,
  { SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX }: Readonly<Record<string, string | undefined>> = {},
): GridSettings {
  const options = command.opts<GridFlags>();
  const index = SLURM_ARRAY_TASK_ID ?? JOB_COMPLETION_INDEX;
  const listed = options.data === 'imagenet-lt';
  const imbalance = options.imbalance ?? (listed ? IMAGENET_LT_IMBALANCE : 100);
  const { badImages, ...others } = options;
  const usual = options.data === 'folder' ? 'runs/compare-folder' : `runs/${options.data}-if${imbalance}`;
  const settings = {
    ...(index !== undefined && { cellIndex: whole(0)(index) }),
    ...others,
    ...(badImages === 'skip' && { badImages }),
    imbalance,
    validation: options.validation ?? (listed ? ('list' as const) : 0.1),
    epochs: options.epochs ?? EPOCHS[options.recipe],
    out: (options.out ?? usual).replace(/(?<=[^/\\])[/\\]+$/, ''),
  };
  const problem = unsuited(settings);
  if (problem !== undefined) command.error(`error: ${problem}`);
  return settings;
}

/** What the data set does not have among what was asked for. */
function unsuited(settings: GridIdentity): string | undefined {
  const { data, imbalance, validation, size, network, partial, badImages } = settings;
  const listed = data === 'imagenet-lt';
  if (!IN_FILES.includes(data) && (size ?? network) !== undefined) {
    return `--size and --network are for images in files (${IN_FILES.join(', ')}), received --data ${data}.`;
  }
  if (!listed && partial) return `--partial is for imagenet-lt, received --data ${data}.`;
  if (data !== 'folder' && badImages) return `--bad-images skip is for folder, received --data ${data}.`;
  if (!listed && data !== 'folder' && validation === 'list') {
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
  const { limit, size, network, partial, badImages } = settings;
  return {
    ...{ data, imbalance, recipe, epochs, validation },
    ...(limit !== undefined && { limit }),
    ...(size !== undefined && { size }),
    ...(network !== undefined && { network }),
    ...(partial && { partial }),
    ...(badImages && { badImages }),
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
  typed: string = TYPED,
): string {
  const { data, imbalance, recipe, epochs, validation, limit, size, network, partial, badImages, precision } =
    identityOf(settings);
  const words = [
    `--data ${data}`,
    data === 'fashion-mnist-lt' ? '' : '--data-dir DIR',
    ['imagenet-lt', 'folder'].includes(data) ? '' : `--imbalance ${imbalance}`,
    recipe === 'quick' ? '' : `--recipe ${recipe}`,
    `--epochs ${epochs}`,
    `--validation ${validation}`,
    limit === undefined ? '' : `--limit ${limit}`,
    size === undefined ? '' : `--size ${size}`,
    network === undefined ? '' : `--network ${network}`,
    partial ? '--partial' : '',
    badImages ? `--bad-images ${badImages}` : '',
    precision === DEFAULT_PRECISION ? '' : `--precision ${precision}`,
    `--methods ${methods.join(',')}`,
    `--seeds ${seeds.join(',')}`,
  ];
  return `${typed} ${words.filter(Boolean).join(' ')} --out DIR`;
}

/** Gives a command the options of comparing; `usual` is the data set unless one is named. */
export function addGridOptions(
  command: Command,
  usual: (typeof DATA_NAMES)[number] = 'fashion-mnist-lt',
): Command {
  return command
    .addOption(dataOption(DATA_NAMES, usual))
    .addOption(dataDirOption())
    .addOption(badImagesOption())
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
      "held out of every class, for choosing anything; list: ImageNet-LT's own, or the folder val (default: 0.1, imagenet-lt list)",
      heldOut,
    )
    .addOption(limitOption())
    .option(
      '--size <pixels>',
      'side that images in files are cut to (default: folder 112, Tiny ImageNet 64, 224)',
      whole(8),
    )
    .addOption(
      new Option(
        '--network <name>',
        'network for images in files (default: folder resnet10, Tiny ImageNet resnet18, resnet50)',
      ).choices(NETWORK_NAMES),
    )
    .option('--partial', 'imagenet-lt: images and lines of the lists may be missing; results say so')
    .addOption(
      new Option('--precision <name>', 'what is computed in, one per folder of results')
        .choices(PRECISIONS)
        .default(DEFAULT_PRECISION),
    )
    .addOption(backendOption())
    .option(
      '--out <folder>',
      'folder of results, checkpoints and tables (default: runs/DATA-ifFACTOR, runs/compare-folder)',
    )
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
    .addOption(jsonOption())
    .allowExcessArguments(false);
}

function heldOut(text: string): number | 'list' {
  if (text === 'list') return text;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 0.5) return value;
  throw new InvalidArgumentError("Expected a fraction from 0 to 0.5, or 'list'.");
}
