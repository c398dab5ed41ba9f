import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

/** How a lock is waited for. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once when another process holds the lock. */
  readonly onWait?: () => void;
  /** Milliseconds between two tries; 500 by default. */
  readonly interval?: number;
  /** Milliseconds after which a lock that nobody renews is taken over; 15,000 by default. */
  readonly stale?: number;
}

/**
 * Runs `work` while no other process that locks the same folder does; waits for its turn. The lock of a process that
 * was killed is taken over once it goes stale, by the clock or by being watched. The folder is created where it is missing.
 * Throws what `work` throws, or the signal's reason when aborted while waiting.
 */
export async function withFolderLock<T>(
  folder: string,
  work: () => Promise<T>,
  { signal, onWait, interval = 500, stale = 15_000 }: LockOptions = {},
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await acquire();
  try {
    return await work();
  } finally {
    await release();
  }

  async function acquire(): Promise<() => Promise<void>> {
    let seen = { sign: 0, at: performance.now() };
    for (let waited = false; ; waited = true) {
      try {
        return await lockfile.lock(folder, { stale, onCompromised: () => undefined });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      }
      if (!waited) onWait?.();
      // The library judges by the clock, and one from the future would hold for ever: a lock that nobody renews while it is
      // watched is nobody's as well.
      const sign = (await stat(`${folder}.lock`).catch(() => undefined))?.mtimeMs ?? 0;
      if (sign !== seen.sign) seen = { sign, at: performance.now() };
      else if (performance.now() - seen.at > stale) await rmdir(`${folder}.lock`).catch(() => undefined);
      await delay(interval, undefined, { signal });
    }
  }
}
