import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nodeErrors } from './errors.js';
import { isPart, notWritten } from './file-access.js';
import { isRunning, ownIdentity } from './process-identity.js';
import type { ProcessIdentity } from './process-identity.js';

/** How quick a lock is; the defaults are for real runs. */
export interface LockTimes {
  /** Milliseconds between two signs of life; default 5,000. */
  readonly beatMs?: number;
  /** Milliseconds without a sign of life after which a process on another machine counts as gone; default 60,000. */
  readonly staleMs?: number;
}

/** A place that this process alone may write to, until it is released. */
export interface RunLock {
  /** Throws `TRAINER_NODE_LOCK_LOST` when another process has taken the place over. */
  check(): void;
  /** Gives the place back; a second call does nothing. Happens by itself when the process ends in order. */
  release(): void;
}

const LOCK = 'run.lock';
const BEAT_MS = 5_000;
const STALE_MS = 60_000;
/** Linking that a file system does not know. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/** Who holds a lock, as its file says it. */
interface Holder extends ProcessIdentity {
  readonly since: string;
}

/** A lock in another's hands, or in nobody's any more. */
interface Found {
  /** `held`, `gone`, or `unsure`: its sign of life lies in the future, so only watching it tells. */
  readonly state: 'held' | 'gone' | 'unsure';
  readonly holder: Holder | undefined;
  /** The file is known again by this. */
  readonly inode: number;
  readonly beat: number;
  readonly ageMs: number;
}

/** No lock is there; to be tried again. */
const GONE: Found = { state: 'gone', holder: undefined, inode: -1, beat: 0, ageMs: 0 };

/**
 * Takes a run's folder for this process, making it when needed, by the file `run.lock` in it; the file says host, process
 * and start, and is touched as a sign of life. The lock of a process of this machine that has ended is taken over at once;
 * of one elsewhere only the sign of life is known, by the file system's clock, and one that lies in the future is watched.
 * Throws `TRAINER_NODE_RUN_IN_USE`, which names the other process, and `TRAINER_NODE_NOT_WRITTEN`.
 */
export async function lockFolder(folder: string, times: LockTimes = {}): Promise<RunLock> {
  const path = resolve(folder, LOCK);
  const { staleMs = STALE_MS } = times;
  for (;;) {
    const found = tryLock(path, times);
    if ('release' in found) return found;
    if (found.state === 'held') throw inUse(path, found, staleMs);
    if (found.state === 'gone' || (await isSilent(path, found, staleMs))) remove(path, found);
  }
}

/**
 * As {@link lockFolder} for one file, whose lock lies beside it as `FILE.lock`, without waiting. What processes that were killed
 * while they took it have left is removed.
 */
export function lockFile(file: string, times: LockTimes = {}): RunLock {
  const path = `${resolve(file)}.lock`;
  const { staleMs = STALE_MS } = times;
  for (;;) {
    const found = tryLock(path, times);
    if ('release' in found) {
      removePartsOf(path);
      return found;
    }
    if (found.state !== 'gone') throw inUse(path, found, staleMs);
    remove(path, found);
  }
}

/** Removes the unfinished files of a lock that this process holds; whoever is just making one makes it again. */
function removePartsOf(path: string): void {
  const [folder, begin] = [dirname(path), `${basename(path)}.`];
  for (const name of readdirSync(folder))
    if (name.startsWith(begin) && isPart(name)) removeQuietly(join(folder, name));
}

function tryLock(path: string, { beatMs = BEAT_MS, staleMs = STALE_MS }: LockTimes): RunLock | Found {
  const aside = `${path}.${randomUUID().slice(0, 8)}.${process.pid}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const text = `${JSON.stringify({ ...ownIdentity(), since: new Date().toISOString() } satisfies Holder)}\n`;
    let handle = openSync(aside, 'wx+');
    try {
      writeSync(handle, text);
      const now = fstatSync(handle).mtimeMs;
      const taken = link(aside, path);
      if (taken === 'vanished') {
        closeSync(handle);
        return GONE;
      }
      if (taken === 'unknown') {
        // Without links the file is made in its place: for a moment it is empty, which is nobody's and fresh.
        closeSync(handle);
        handle = openSync(path, 'wx+');
        writeSync(handle, text);
      }
      // A network file system may say so of a link that it has made.
      const ours = taken === 'exists' && inodeOf(path) === fstatSync(handle).ino;
      if (taken !== 'exists' || ours) return hold(path, handle, text, beatMs);
      closeSync(handle);
      return look(path, now, staleMs);
    } catch (cause) {
      closeQuietly(handle);
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      return look(path, Date.now(), staleMs);
    } finally {
      rmSync(aside, { force: true });
    }
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

/** Whether `aside` is at `path` now; `vanished` where whoever holds the lock has tidied `aside` away meanwhile. */
function link(aside: string, path: string): 'taken' | 'exists' | 'unknown' | 'vanished' {
  try {
    linkSync(aside, path);
    return 'taken';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'exists';
    if (code === 'ENOENT') return 'vanished';
    if (NO_LINKS.includes(code)) return 'unknown';
    throw error;
  }
}

/** Locks of this process, given back when it ends in order. */
const held = new Set<RunLock>();
process.on('exit', () => {
  for (const lock of held) lock.release();
});

function hold(path: string, handle: number, text: string, beatMs: number): RunLock {
  const { ino } = fstatSync(handle);
  const isOurs = () => inodeOf(path) === ino;
  const timer = setInterval(() => {
    try {
      // Into the file that was opened, so that the lock of another process is never changed.
      writeSync(handle, text, 0);
    } catch {
      // A sign of life that fails is followed by others; whoever writes to the place asks `check`.
    }
  }, beatMs).unref();
  let released = false;
  const lock: RunLock = {
    check() {
      if (!isOurs()) throw nodeErrors.LOCK_LOST({ lock: path });
    },
    release() {
      if (released) return;
      released = true;
      held.delete(lock);
      clearInterval(timer);
      const ours = isOurs();
      closeQuietly(handle);
      if (ours) removeQuietly(path);
    },
  };
  held.add(lock);
  return lock;
}

/** What a lock that is there says; `now` is the file system's clock. */
function look(path: string, now: number, staleMs: number): Found {
  try {
    const { ino, mtimeMs, isFile } = fileAt(path);
    if (!isFile) throw new Error(`'${path}' is there and is no file`);
    const holder = readHolder(path);
    const ageMs = now - mtimeMs;
    const found = { holder, inode: ino, beat: mtimeMs, ageMs };
    const running = holder && isRunning(holder);
    if (running !== undefined) return { ...found, state: running ? 'held' : 'gone' };
    if (ageMs > staleMs) return { ...found, state: 'gone' };
    // Clocks of two machines differ by seconds, not by minutes.
    return { ...found, state: ageMs < -staleMs ? 'unsure' : 'held' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return GONE;
    throw error;
  }
}

/** Watches a lock for as long as a process may be silent; whether it was. */
async function isSilent(path: string, { inode, beat }: Found, staleMs: number): Promise<boolean> {
  const until = performance.now() + staleMs;
  while (performance.now() < until) {
    await pause(Math.min(1_000, staleMs / 10));
    try {
      const { ino, mtimeMs } = fileAt(path);
      if (ino !== inode || mtimeMs !== beat) {
        const found = look(path, mtimeMs, staleMs);
        throw inUse(path, { ...found, ageMs: 0 }, staleMs);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw error;
    }
  }
  return true;
}

/** Takes a lock away that was found to be nobody's, and no other that has come into its place meanwhile. */
function remove(path: string, { inode }: Found): void {
  if (inode < 0) return;
  const aside = `${path}.${randomUUID().slice(0, 8)}.${process.pid}.part`;
  try {
    renameSync(path, aside);
    if (inodeOf(aside) !== inode) link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw notWritten(path, error);
  } finally {
    removeQuietly(aside);
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(value) ? value : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, ...texts } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(pid) &&
    ['host', 'machine', 'started', 'since'].every((field) => typeof texts[field] === 'string')
  );
}

function inUse(path: string, { holder, ageMs }: Found, staleMs: number) {
  const { host = 'unknown', pid = 0, since = 'unknown' } = holder ?? {};
  const [silent, stale] = [Math.max(0, ageMs) / 1000, staleMs / 1000];
  return nodeErrors.RUN_IN_USE({ place: dirname(path), lock: path, host, pid, since, silent, stale });
}

function fileAt(path: string): { ino: number; mtimeMs: number; isFile: boolean } {
  const found = statSync(path);
  return { ino: found.ino, mtimeMs: found.mtimeMs, isFile: found.isFile() };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function closeQuietly(handle: number): void {
  try {
    closeSync(handle);
  } catch {
    // It is closed already.
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A lock left behind is recognised as stale: its process has ended.
  }
}
