import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mainErrors } from './errors.js';
import { readJson } from './read-json.js';
import type { Settings } from './settings.js';

/** The options that make a run what it is: another value is another run. */
const IDENTITY = ['data', 'size', 'badImages', 'imbalance', 'epochs', 'batch', 'seed', 'limit'] as const;

/**
 * Makes the folder of `--out` ready, before anything is loaded: a run that does not resume moves an older one aside, a
 * run that does must have the same options. Files that no run has written are never moved or mixed with a run's.
 * Returns whether there is something to go on from.
 * Throws MAIN_OUT_NOT_A_FOLDER, MAIN_OUT_IN_USE, MAIN_OUT_NOT_WRITABLE, MAIN_FILE_DAMAGED or MAIN_OTHER_RUN.
 */
export async function prepareFolder(settings: Settings): Promise<boolean> {
  const { out, resume } = settings;
  const found = await stat(out).catch(() => undefined);
  if (found && !found.isDirectory()) throw mainErrors.OUT_NOT_A_FOLDER({ out });
  const path = join(out, 'settings.json');
  const earlier = await readJson<Partial<Settings>>(path);
  const files = found ? await readdir(out) : [];
  if (earlier && resume) checkSame(earlier, settings);
  if (!earlier && files.length > 0) throw mainErrors.OUT_IN_USE({ out });
  try {
    // Where a run ended before it had anything, there is nothing to keep.
    if (earlier && !resume && files.length > 1) await moveAside(out);
    await mkdir(out, { recursive: true });
    const identity = Object.fromEntries(IDENTITY.map((option) => [option, settings[option]]));
    await writeFile(path, `${JSON.stringify(identity, null, 2)}\n`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw mainErrors.OUT_NOT_WRITABLE({ out, reason }, { cause });
  }
  if (resume && !earlier) console.log(`There is nothing to resume in '${out}': starting anew.`);
  return resume && earlier !== undefined;
}

function checkSame(earlier: Partial<Settings>, settings: Settings): void {
  for (const option of IDENTITY) {
    const [there, received] = [earlier[option], settings[option]];
    if (there !== received) throw mainErrors.OTHER_RUN({ out: settings.out, option, there, received });
  }
}

async function moveAside(out: string): Promise<void> {
  const aside = `${out}.${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-')}`;
  await rename(out, aside);
  console.log(`Moved the earlier '${out}' to '${aside}'; use --resume to go on with it instead.`);
}
