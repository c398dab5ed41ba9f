import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withFolderLock } from './folder-lock.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

describe('withFolderLock', () => {
  it('lets one work at a time and tells the other once that it waits', async () => {
    const folder = join(temporaryFolder(), 'new');
    const order: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      order.push(`${name} begins`);
      await delay(60);
      order.push(`${name} ends`);
      return name;
    };
    const first = withFolderLock(folder, work('first'));
    await delay(20);
    const second = withFolderLock(folder, work('second'), {
      interval: 10,
      onWait: () => order.push('waits'),
    });
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
    expect(order).toEqual(['first begins', 'waits', 'first ends', 'second begins', 'second ends']);
  });

  it('is free again after work that fails', async () => {
    const folder = temporaryFolder();
    await expect(withFolderLock(folder, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await withFolderLock(folder, async () => 'done')).toBe('done');
  });

  it('takes over the lock of a process that was killed', async () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}.lock`);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${folder}.lock`, longAgo, longAgo);
    expect(await withFolderLock(folder, async () => 'done')).toBe('done');
  });

  it('takes over a lock from the future that nobody renews, and no other', async () => {
    const folder = temporaryFolder();
    const times = { interval: 20, stale: 2000 };
    mkdirSync(`${folder}.lock`);
    const future = new Date(Date.now() + 1e9);
    utimesSync(`${folder}.lock`, future, future);
    expect(await withFolderLock(folder, async () => 'done', times)).toBe('done');
    const order: string[] = [];
    const first = withFolderLock(folder, () => delay(3500).then(() => order.push('first')), times);
    await delay(20);
    await withFolderLock(folder, async () => order.push('second'), times);
    await first;
    expect(order).toEqual(['first', 'second']);
  });

  it('stops waiting when aborted', async () => {
    const folder = temporaryFolder();
    const interruption = new AbortController();
    await withFolderLock(folder, async () => {
      const waiting = withFolderLock(folder, async () => 'never', { signal: interruption.signal });
      await delay(20);
      interruption.abort();
      await expect(waiting).rejects.toThrow(/abort/i);
    });
  });
});
