import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { parseLine } from '../model/run-line.js';
import { RunRecord } from '../model/run-record.js';
import { nameOf } from '../report/write-report.js';
import type { ServedPage } from './serve-page.js';

/** How often a file is looked at, ms. */
const PACE = 1000;
/** Bytes read at once. */
const PIECE = 2 ** 20;

/**
 * Shows a run from its `metrics.jsonl`, and what other processes add to it; a file that is not there yet is waited for, one
 * that was cut back is read again. What it returns ends that. `name`: default the file's folder.
 */
export function followRun(page: ServedPage, path: string, name = nameOf(path)): () => void {
  const file = new GrowingFile(path);
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async (): Promise<void> => {
    await showNews(page, file, name).catch(() => undefined);
    if (!ended) timer = setTimeout(() => void look(), PACE).unref();
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

async function showNews(page: ServedPage, file: GrowingFile, name: string): Promise<void> {
  const { fresh, lines } = await file.news();
  const known = lines.map(parseLine).filter((line) => line !== undefined);
  if (!fresh) return known.forEach((line) => page.add(name, line));
  const run = new RunRecord(name);
  for (const line of known) run.apply(line);
  page.put(run);
}

/** A text file that grows by lines, and may be cut back. */
class GrowingFile {
  readonly #path: string;
  #read = -1;
  #rest = '';
  #decoder = new StringDecoder('utf8');

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines that are new; `fresh` when they are all there are, as when the file was cut back. */
  async news(): Promise<{ fresh: boolean; lines: readonly string[] }> {
    const { size } = await stat(this.#path);
    const fresh = this.#read < 0 || size < this.#read;
    if (fresh) {
      this.#read = 0;
      this.#rest = '';
      this.#decoder = new StringDecoder('utf8');
    }
    if (size === this.#read) return { fresh, lines: [] };
    const handle = await open(this.#path);
    try {
      return { fresh, lines: await this.#lines(handle, size) };
    } finally {
      await handle.close();
    }
  }

  async #lines(handle: FileHandle, size: number): Promise<readonly string[]> {
    const lines: string[] = [];
    const buffer = Buffer.alloc(Math.min(PIECE, size - this.#read));
    while (this.#read < size) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#read);
      if (bytesRead === 0) break;
      this.#read += bytesRead;
      const parts = (this.#rest + this.#decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      this.#rest = parts.pop()!;
      lines.push(...parts);
    }
    return lines;
  }
}
