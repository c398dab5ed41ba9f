import { Command, InvalidArgumentError, Option } from 'commander';
import type { Subcommand } from '../subcommand.js';

interface PrepareFlags {
  readonly name?: string;
  readonly side: number;
  readonly quality: number;
  readonly perShard: number;
  readonly badImages: 'error' | 'skip';
  readonly json?: boolean;
}

const NOTES = `
Example:
  evenkeel prepare photos/train shards
  evenkeel prepare photos/val shards

Interrupted by Ctrl-C, or by anything else, the same command resumes; shards that are whole are kept. tarShards() of
@evenkeel/image-folders, which this needs, reads them.

Exit codes: 0 it is done, 1 an image or a folder cannot be read or written, 2 the command line is wrong, 130 interrupted.`;

/** `evenkeel prepare FROM TO`. */
export const subcommand: Subcommand = {
  name: 'prepare',
  summary: 'packs a folder of images as shards, which are read at a fraction of the cost',
  load: async () =>
    new Command('prepare')
      .description('Packs a folder that holds one folder per class as tar shards with smaller images.')
      .argument('<from>', 'holds one folder per class, such as photos/train')
      .argument('<to>', 'folder for the shards; those of train and val may lie in one')
      .option('--name <text>', 'beginning of the names of the shards (default: the name of <from>)')
      .option('--side <pixels>', 'smaller side of the images; smaller ones stay as they are', atLeast(1), 256)
      .option('--quality <number>', 'of the JPEGs, 1 to 100', atLeast(1), 95)
      .option('--per-shard <number>', 'images in a shard', atLeast(1), 1000)
      .addOption(
        new Option('--bad-images <what>', 'what becomes of files that cannot be decoded')
          .choices(['error', 'skip'])
          .default('error'),
      )
      .option('--json', 'print one JSON object')
      .addHelpText('after', NOTES)
      .action(prepare),
};

async function prepare(from: string, to: string, flags: PrepareFlags): Promise<void> {
  const { name, side, quality, perShard, badImages, json } = flags;
  const { loadImageFolders } = await import('../shared/load-image-folders.js');
  const { prepareShards } = await loadImageFolders('prepare');
  const { showProgress } = await import('../shared/show-progress.js');
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  // The second Ctrl-C ends the process: nobody listens any more.
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const prepared = await prepareShards({
      ...{ from, to, name, side, quality, perShard, onBadImage: badImages },
      onProgress: showProgress(),
      signal: interrupt.signal,
    });
    const { pattern, shards, resumed, images, bad, done } = prepared;
    if (json) console.log(JSON.stringify(prepared, undefined, 2));
    for (const text of bad) process.stderr.write(`Left out: ${text}\n`);
    if (!done) process.stderr.write('Interrupted; the same command resumes.\n');
    else if (!json) console.log(`${images} images in ${shards} shards (${resumed} were there): ${pattern}`);
    if (!done) process.exitCode = 130;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}
