import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'undici';
import { whyNot, type Web } from './web.js';

/** What is downloaded. */
export interface Download {
  readonly url: string;
  /** Size in bytes, undefined where unknown. */
  readonly bytes: number | undefined;
  /** The most bytes that are taken. */
  readonly mostBytes: number;
}

/** How a download goes. */
export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Hears how many bytes are there, those of earlier tries included, and how many there will be. */
  readonly onBytes?: (done: number, total: number | undefined) => void;
  /** Milliseconds before the first repetition; 1,000 by default. */
  readonly pause?: number;
}

/** Failures one after another, each without a megabyte in between, after which a download is given up. */
const TRIES = 3;
const PROGRESS = 1e6;
/** Failures in all, however much came between them. */
const MOST_FAILURES = 50;

/**
 * Downloads into `file`, which appears when it is whole. What came lies in `file.part`: after an interruption, here or in another
 * process, the rest is asked for (a range); a server that has no ranges starts from the beginning. Whether it is the right file is for
 * the caller to verify. A server that is silent is given up within a minute.
 * Throws Error with the reason; the signal's reason when aborted.
 */
export async function downloadFile(
  web: Web,
  download: Download,
  file: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { signal, pause = 1000 } = options;
  const part = `${file}.part`;
  let [failures, fruitless] = [0, 0];
  for (;;) {
    const before = await sizeOf(part);
    try {
      await fetchRest(web, download, part, options);
      await rename(part, file);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof FinalError || isOfTheDisk(error)) throw error;
      const came = (await sizeOf(part)) - before;
      fruitless = came >= PROGRESS ? 1 : fruitless + 1;
      if (++failures >= MOST_FAILURES || fruitless >= TRIES) throw new Error(whyNot(error), { cause: error });
    }
    await delay(pause * 2 ** (fruitless - 1), undefined, { signal });
  }
}

/** An answer that another try would not change. */
class FinalError extends Error {}

async function fetchRest(
  web: Web,
  { url, bytes, mostBytes }: Download,
  part: string,
  { signal, onBytes }: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(part);
  if (have > 0 && have === bytes) return;
  if (have > (bytes ?? mostBytes)) await rm(part, { force: true });
  const from = await sizeOf(part);
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (from > 0) headers.range = `bytes=${from}-`;
  const response = await web.get(url, { headers, signal });
  const start = response.status === 206 ? rangeStart(response) : 0;
  if (response.status === 416 || (response.status === 206 && start !== from)) {
    await response.body?.cancel();
    await rm(part, { force: true });
    throw new Error(`the server has no part of the file from byte ${from} on`);
  }
  if (!response.ok) {
    await response.body?.cancel();
    const text = `'${new URL(url).host}' answered ${response.status}`;
    throw response.status >= 500 || response.status === 429 ? new Error(text) : new FinalError(text);
  }
  const length = Number(response.headers.get('content-length') ?? NaN);
  const total = bytes ?? (Number.isFinite(length) ? start + length : undefined);
  let done = start;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      if (done > (bytes ?? mostBytes)) {
        next(new FinalError(`expected ${bytes ?? mostBytes} bytes at most, received more`));
        return;
      }
      onBytes?.(done, total);
      next(undefined, chunk);
    },
  });
  onBytes?.(done, total);
  if (!response.body) throw new Error('the answer was empty');
  const sink = createWriteStream(part, { flags: start > 0 ? 'a' : 'w' });
  await pipeline(Readable.fromWeb(response.body as never), count, sink, { signal }).catch(async (error) => {
    if (error instanceof FinalError) await rm(part, { force: true });
    throw error;
  });
  if (total !== undefined && done !== total) throw new Error(`it ended after ${done} of ${total} bytes`);
}

function rangeStart(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
}

/** Whether an error is one of the file system, which no other server would mend. */
export function isOfTheDisk(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO', 'ENOENT'].includes(code ?? '');
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
