import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointSource } from '@evenkeel/trainer-core';
import { checkpointFile } from '@evenkeel/trainer-core/node';
import { compareErrors } from './errors.js';

/** A method with a seed. */
export interface Place {
  readonly method: string;
  readonly seed: number;
}

/** Where a cell keeps its checkpoints and metrics. */
export function cellFolder(out: string, { method, seed }: Place): string {
  return join(out, 'runs', `${method}.seed-${seed}`);
}

/** Where in it the checkpoints are. */
export function checkpointFolder(folder: string): string {
  return join(folder, 'checkpoints');
}

/** The last checkpoint of a cell, for what starts from it; named without its folder, which differs from machine to machine. */
export function lastCheckpoint(out: string, place: Place): CheckpointSource {
  const { load } = checkpointFile(checkpointFolder(cellFolder(out, place)));
  return { name: `${place.method}, seed ${place.seed}`, load };
}

/** Throws COMPARE_FIRST_STAGE_GONE when a finished cell has no checkpoint for `wanted`, which starts from it. */
export async function checkFirstStage(out: string, first: Place, wanted: string): Promise<void> {
  const folder = checkpointFolder(cellFolder(out, first));
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw compareErrors.NOT_READABLE({ folder, reason: error.message }, { cause: error });
  });
  if (!names.some((name) => name.startsWith('step-'))) {
    throw compareErrors.FIRST_STAGE_GONE({ method: wanted, base: first.method, seed: first.seed, folder });
  }
}
