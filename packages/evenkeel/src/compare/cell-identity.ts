import { join } from 'node:path';
import type { PluginInput, TrainerPlugin } from '@evenkeel/trainer-core';
import { readText, writeWhole } from '@evenkeel/trainer-core/node';
import { compareErrors } from './errors.js';
import type { MethodOptions } from './methods.js';
import { identityOf } from './settings.js';
import type { GridIdentity } from './settings.js';

/** What a cell's numbers follow from, data and code apart: with another value it is another cell. */
export interface CellIdentity {
  readonly settings: GridIdentity;
  /** What the method changes in plain training, a sentence for each part; absent in results made before it was kept. */
  readonly composition?: readonly string[];
}

/** What a cell is made of under these settings. */
export function cellIdentity(settings: GridIdentity, options: MethodOptions): CellIdentity {
  return { settings: identityOf(settings), composition: compositionOf(options) };
}

/** The parts of a method, plugins with their options in words. */
export function compositionOf({
  plugins,
  initialWeights,
  sampler,
  classifier,
  loss,
}: MethodOptions): string[] {
  return [
    ...(initialWeights ? [`weights: ${initialWeights.name}`] : []),
    ...(sampler ? [`sampler: ${sampler.name}`] : []),
    ...(classifier ? [`classifier: ${classifier.name}`] : []),
    ...(loss ? [`loss: ${loss.name}`] : []),
    ...listed(plugins).map(({ name, description }) => (description ? `${name}: ${description}` : name)),
  ];
}

/** Throws COMPARE_OTHER_SETTINGS or COMPARE_OTHER_COMPOSITION when what is in `file` belongs to another cell. */
export function checkSameCell(file: string, there: CellIdentity, here: CellIdentity): void {
  const [old, now] = [there, here].map(
    ({ settings }) => identityOf(settings) as unknown as Record<string, unknown>,
  );
  for (const option of new Set([...Object.keys(now), ...Object.keys(old)])) {
    if (old[option] !== now[option]) {
      throw compareErrors.OTHER_SETTINGS({ file, option, there: old[option], received: now[option] });
    }
  }
  const [before, after] = [there.composition ?? here.composition ?? [], here.composition ?? []];
  if (before.join('\n') !== after.join('\n')) {
    throw compareErrors.OTHER_COMPOSITION({ file, there: before, received: after });
  }
}

const FILE = 'cell.json';

/**
 * Checks that what an interrupted call left in a cell's folder is of this cell. An empty file is what an earlier version
 * left when it was killed. Throws as {@link checkSameCell}, and COMPARE_NOT_A_CELL.
 */
export async function checkCellFolder(folder: string, identity: CellIdentity): Promise<void> {
  const file = join(folder, FILE);
  const text = await readText(file);
  if (text === undefined || text.trim() === '') return;
  let there: unknown;
  try {
    there = JSON.parse(text);
  } catch (cause) {
    throw compareErrors.NOT_A_CELL({ file, reason: (cause as Error).message }, { cause });
  }
  if (!isCellIdentity(there)) throw compareErrors.NOT_A_CELL({ file, reason: "it has no 'settings'" });
  checkSameCell(file, there, identity);
}

/** Notes in a cell's folder, before its first checkpoint, whose folder it is; whole or not at all, wherever it is stopped. */
export function claimCellFolder(folder: string, identity: CellIdentity): Promise<void> {
  return writeWhole(join(folder, FILE), `${JSON.stringify(identity, null, 2)}\n`);
}

/** Whether a value of JSON says what a cell's numbers follow from. */
export function isCellIdentity(value: unknown): value is CellIdentity {
  const { settings, composition = [] } = (value ?? {}) as { settings?: unknown; composition?: unknown };
  return (
    typeof settings === 'object' &&
    settings !== null &&
    Array.isArray(composition) &&
    composition.every((part) => typeof part === 'string')
  );
}

function listed(plugins: PluginInput): TrainerPlugin[] {
  if (!plugins) return [];
  return 'setup' in plugins ? [plugins] : plugins.flatMap(listed);
}
