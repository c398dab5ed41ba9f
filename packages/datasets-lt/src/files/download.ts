import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { errors } from '../errors.js';
import type { OnProgress } from './progress.js';
import { isOfFileSystem, writing } from './read-bounded.js';

/** One file to fetch. */
export interface DownloadOptions {
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly md5: string;
  /** The most bytes that it may have: what a server sends beyond is refused, and deleted. */
  readonly mostBytes: number;
  /** Where the file is to lie; it appears there only whole and verified. */
  readonly file: string;
  readonly onProgress?: OnProgress;
  /** Tries before it gives up, each resuming where the last one stopped; default 4. */
  readonly attempts?: number;
  /** Milliseconds before the second try, doubled for each further one; default 1000. */
  readonly pauseMs?: number;
  /** Milliseconds in which at least 16 KB must come, else the connection counts as dead; default 20,000. */
  readonly stallMs?: number;
}

/** What must come in `stallMs`: a server that drips keeps a run waiting for days. */
const LEAST_BYTES = 16_384;

/**
 * Fetches a file unless it is there: what has come is kept beside it as `.part` and gone on with by HTTP Range, in this
 * run or a later one; the file takes its name in one step after its checksum is verified.
 * A server that is silent for `stallMs`, or never comes to an end, is given up: by default a dead one within 90 seconds.
 * Throws `DATASETS_DOWNLOAD_FAILED`, `DATASETS_CHECKSUM` (the damaged file is deleted) or `DATASETS_NOT_WRITTEN`.
 */
export function download(options: DownloadOptions): Promise<void> {
  return writing(options.file, fetchWhole(options));
}

async function fetchWhole(options: DownloadOptions): Promise<void> {
  const { url, md5, mostBytes, file, onProgress, attempts = 4, pauseMs = 1000, stallMs = 20_000 } = options;
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  for (let attempt = 1; ; attempt++) {
    if ((await sizeOf(part)) > mostBytes) await rm(part);
    const problem = await fetchRest({ url, part, mostBytes, stallMs, onProgress });
    if (problem === undefined) break;
    if (problem.final || attempt === attempts) {
      const { reason, cause } = problem;
      throw errors.DOWNLOAD_FAILED({ url, reason, received: await sizeOf(part), part }, { cause });
    }
    await pause(pauseMs * 2 ** (attempt - 1));
  }
  const found = await md5Of(part);
  if (found !== md5) {
    await rm(part);
    throw errors.CHECKSUM({ file, expected: md5, found });
  }
  await rename(part, file);
}

interface Problem {
  readonly reason: string;
  /** Whether another try would be of no use. */
  readonly final: boolean;
  readonly cause?: unknown;
}

/** Appends what is missing to `part`; a problem is returned, so that the caller decides whether to try again. */
async function fetchRest(rest: {
  readonly url: string;
  readonly part: string;
  readonly mostBytes: number;
  readonly stallMs: number;
  readonly onProgress?: OnProgress;
}): Promise<Problem | undefined> {
  const { url, part, mostBytes, stallMs, onProgress } = rest;
  const have = await sizeOf(part);
  const label = `Downloading ${basename(new URL(url).pathname)}`;
  const tooMuch = async (found: string): Promise<Problem> => {
    await rm(part, { force: true });
    return { reason: `expected ${mostBytes} bytes at most, the server ${found}`, final: true };
  };
  const stall = new AbortController();
  let arrived = 0;
  const timer = setInterval(() => {
    if (arrived < LEAST_BYTES) stall.abort(new Error(`${arrived} bytes in ${stallMs / 1000} s`));
    arrived = 0;
  }, stallMs);
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (have > 0) headers.range = `bytes=${have}-`;
    const response = await fetch(url, { headers, signal: stall.signal });
    // Nothing lies behind the part's end: it is whole, which the checksum will show.
    if (response.status === 416 && have > 0) return undefined;
    if (!response.ok || response.body === null) {
      return { reason: `HTTP status ${response.status}`, final: response.status < 500 };
    }
    const resumed = response.status === 206;
    let done = resumed ? have : 0;
    const length = Number(response.headers.get('content-length'));
    const total = length > 0 ? done + length : undefined;
    if (total !== undefined && total > mostBytes) {
      await response.body.cancel();
      return await tooMuch(`wants to send ${total}`);
    }
    // Written chunk by chunk, so that whatever has come is in the file before anybody reads it.
    const handle = await open(part, resumed ? 'a' : 'w');
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        done += chunk.length;
        arrived += chunk.length;
        if (done > mostBytes) return await tooMuch('sends more');
        await handle.writeFile(chunk);
        onProgress?.({ label, done, total });
      }
    } finally {
      await handle.close();
    }
    return undefined;
  } catch (cause) {
    if (isOfFileSystem(cause)) throw cause;
    return { reason: reasonOf(cause), final: false, cause };
  } finally {
    clearInterval(timer);
  }
}

async function sizeOf(file: string): Promise<number> {
  return existsSync(file) ? (await stat(file)).size : 0;
}

async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
