import { Option } from 'commander';
import { numberFrom, whole } from './option-values.js';

// Options that several subcommands have, each said once: one name, one text, one check.

/** Backends by name; `auto` takes the best that works. */
export const BACKENDS = ['auto', 'native-gpu', 'native', 'webgpu', 'wasm', 'cpu'] as const;
/** One of them. */
export type BackendName = (typeof BACKENDS)[number];

/** `--data`: one of the data sets that a subcommand knows. */
export function dataOption<Name extends string>(choices: readonly Name[], usual: Name): Option {
  return new Option('--data <name>', 'data set').choices(choices).default(usual);
}

/** `--data-dir`: where its files are. */
export function dataDirOption(): Option {
  return new Option(
    '--data-dir <folder>',
    'folder with the official files (default: the cache, else a download), or with your own images',
  );
}

/** `--size`: of images in files. */
export function sizeOption(): Option {
  return new Option(
    '--size <pixels>',
    'side that images in files are cut to (default: 112, Tiny ImageNet 64)',
  ).argParser(whole(8));
}

/** `--bad-images`: what becomes of files that cannot be decoded. */
export function badImagesOption(): Option {
  return new Option(
    '--bad-images <what>',
    'what becomes of files that cannot be decoded (default: error)',
  ).choices(['error', 'skip']);
}

/** `--imbalance`: of the data sets that are made long-tailed. */
export function imbalanceOption(): Option {
  return new Option('--imbalance <factor>', 'largest class / smallest class')
    .argParser(numberFrom(1))
    .default(100);
}

/** `--limit`: for a quick look. */
export function limitOption(): Option {
  return new Option('--limit <number>', 'at most so many training images, for a quick look').argParser(
    whole(1),
  );
}

/** `--backend`. */
export function backendOption(): Option {
  return new Option('--backend <name>', 'TensorFlow.js backend').choices(BACKENDS).default('auto');
}

/** `--json`: for programs; everything else that is said goes to standard error then. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON object on standard output, nothing else');
}
