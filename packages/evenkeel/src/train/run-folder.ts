import { mkdir, readdir, realpath, rename, rmdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { isPart, lockFolder, removeParts, writeWhole } from '@evenkeel/trainer-core/node';
import { errors } from '../errors.js';
import { readJson } from './read-json.js';
import { readResults } from './results.js';
import type { Say } from '../shared/say.js';
import type { TrainSettings } from './settings.js';

/** The options that make a run what it is: another value is another run. */
const IDENTITY = ['data', 'size', 'badImages', 'imbalance', 'epochs', 'batch', 'seed', 'limit'] as const;
type Identity = Partial<Pick<TrainSettings, (typeof IDENTITY)[number]>>;

/** What a run keeps of its settings. */
export type RunIdentity = Identity &
  Pick<TrainSettings, 'dataDir'> & {
    /** What the data set called itself, which a folder does by its path. */
    readonly dataName?: string;
  };

/** The folder of `--out`, which is this process's alone until it is closed. */
export interface RunFolder {
  /** Whether there is something to resume. */
  readonly goesOn: boolean;
  /** What the data set of the run that resumes called itself, wherever its folder is now. */
  readonly dataName?: string;
  /**
   * Makes it this run's, when nothing is left that could refuse the run: an older run that is not resumed is moved aside.
   * Throws EVENKEEL_OUT_NOT_WRITABLE and TRAINER_NODE_NOT_WRITTEN.
   */
  claim(dataName?: string): Promise<void>;
  /** Gives the folder to whoever comes next; without a claim it is as it was. */
  close(): Promise<void>;
}

/**
 * Looks at the folder of `--out` and locks it, before anything is loaded, and changes nothing yet: a run that resumes must
 * have the same options, and files that no run has written are never moved or mixed with a run's. A link is followed.
 * Throws EVENKEEL_OUT_NOT_A_FOLDER, EVENKEEL_OUT_IN_USE, EVENKEEL_OUT_NOT_WRITABLE, EVENKEEL_OUT_IS_HERE,
 * EVENKEEL_FILE_DAMAGED, EVENKEEL_OTHER_RUN, and TRAINER_NODE_RUN_IN_USE while another process works there.
 */
export async function openRunFolder(settings: TrainSettings, say: Say = console.log): Promise<RunFolder> {
  const { out, resume } = settings;
  const { folder, made } = await find(out);
  const lock = await lockFolder(folder).catch(async (error: unknown) => {
    if (made) await rmdir(folder).catch(() => undefined);
    throw error;
  });
  let claimed = false;
  const close = async () => {
    lock.release();
    // What was made for nothing goes; a folder with anything in it stays.
    if (made && !claimed) await rmdir(folder).catch(() => undefined);
  };
  try {
    await removeParts(folder);
    const path = join(folder, 'settings.json');
    const earlier = await readRunSettings(folder);
    const files = (await readdir(folder)).filter((name) => name !== 'run.lock' && !isPart(name));
    const others = files.filter((name) => name !== 'settings.json');
    if (earlier && resume) checkSame(earlier, settings);
    if (!earlier && others.length > 0) throw errors.OUT_IN_USE({ out });
    const moves = earlier !== undefined && !resume && others.length > 0;
    if (moves && !relative(folder, process.cwd()).startsWith('..')) throw errors.OUT_IS_HERE({ out });
    // A damaged result is found now, and not after hours.
    if (resume) await readResults(join(folder, 'result.json'));
    const claim = async (dataName?: string) => {
      // Where a run ended before it had anything, there is nothing to keep.
      if (moves) await moveAside(out, folder, files, say);
      const identity = Object.fromEntries(IDENTITY.map((option) => [option, settings[option]]));
      // Not what a run is, but where `export` and `predict` find its images.
      const dataDir = settings.dataDir === undefined ? undefined : resolve(settings.dataDir);
      await writeWhole(path, `${JSON.stringify({ ...identity, dataDir, dataName }, null, 2)}\n`);
      claimed = true;
    };
    if (resume && !earlier) say(`There is nothing to resume in '${out}': a new run starts.`);
    const goesOn = resume && earlier !== undefined;
    return { goesOn, ...(goesOn && { dataName: earlier.dataName }), claim, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The real folder behind `--out`, made where there is none. */
async function find(out: string): Promise<{ folder: string; made: boolean }> {
  try {
    const found = await stat(out).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found && !found.isDirectory()) throw errors.OUT_NOT_A_FOLDER({ out });
    const first = found ? undefined : await mkdir(out, { recursive: true });
    return { folder: await realpath(out), made: first !== undefined };
  } catch (cause) {
    if (!(cause instanceof Error) || !('errno' in cause)) throw cause;
    throw errors.OUT_NOT_WRITABLE({ out, reason: cause.message }, { cause });
  }
}

/** What the run in a folder was started with, and where its images were; undefined where no run is. Throws EVENKEEL_FILE_DAMAGED. */
export function readRunSettings(folder: string): Promise<RunIdentity | undefined> {
  return readJson(join(folder, 'settings.json'), isIdentity, 'options of a run');
}

function checkSame(earlier: Identity, settings: TrainSettings): void {
  for (const option of IDENTITY) {
    const [there, received] = [earlier[option], settings[option]];
    if (there !== received) throw errors.OTHER_RUN({ out: settings.out, option, there, received });
  }
}

/**
 * Moves everything in a folder into a new one beside it; the folder stays, with its lock. `settings.json` goes last: until
 * then the rest is a run's, whenever this ends.
 */
async function moveAside(out: string, folder: string, files: readonly string[], say: Say): Promise<void> {
  const aside = `${folder}.${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-')}`;
  try {
    await mkdir(aside, { recursive: true });
    for (const name of [...files].sort((a, b) => rank(a) - rank(b))) {
      await rename(join(folder, name), join(aside, name));
    }
  } catch (cause) {
    throw errors.OUT_NOT_WRITABLE({ out, reason: (cause as Error).message }, { cause });
  }
  const shown = relative(process.cwd(), aside);
  const path = shown.startsWith('..') ? aside : shown;
  say(`Moved the earlier '${out}' to '${path}'; use --resume to resume it instead.`);
}

function rank(name: string): number {
  return name === 'settings.json' ? 1 : 0;
}

function isIdentity(value: unknown): value is Identity {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((option) => ['string', 'number'].includes(typeof option));
}
