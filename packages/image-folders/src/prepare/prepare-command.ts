import type { OnProgress } from '@evenkeel/datasets-lt';
import { prepareShards } from './prepare.js';

/** What a command line of `evenkeel prepare` has understood. */
export interface PrepareArguments {
  readonly from: string;
  readonly to: string;
  readonly side?: number;
  readonly quality?: number;
  readonly perShard?: number;
  readonly skipBad?: boolean;
  readonly name?: string;
}

/** Options of `evenkeel prepare FROM TO`, for the program that has the command line: flag, what it means, its default. */
export const PREPARE_OPTIONS = [
  ['--name <text>', 'beginning of the names of the shards', 'the name of FROM'],
  ['--side <pixels>', 'smaller side of the images', '256'],
  ['--quality <number>', 'of the JPEGs, 1 to 100', '95'],
  ['--per-shard <number>', 'images in a shard', '1000'],
  ['--skip-bad', 'leave out images that cannot be decoded', 'off'],
] as const;

/** `evenkeel prepare`: makes the shards and says in lines what there is. Throws what `prepareShards` throws. */
export async function runPrepare(
  { skipBad = false, ...options }: PrepareArguments,
  say: (line: string) => void,
  { onProgress, signal }: { readonly onProgress?: OnProgress; readonly signal?: AbortSignal } = {},
): Promise<boolean> {
  const onBadImage = skipBad ? 'skip' : 'error';
  const prepared = await prepareShards({ ...options, onBadImage, onProgress, signal });
  for (const text of prepared.bad) say(`Left out: ${text}`);
  const { images, shards, resumed, pattern, done } = prepared;
  if (!done) say('Interrupted; the same command continues.');
  else say(`${images} images in ${shards} shards (${resumed} were there): ${pattern}`);
  return done;
}
