import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Persistent, StateValue } from '../contract/plugin.js';
import { lockFile } from './run-lock.js';
import type { RunLock } from './run-lock.js';

/** Bytes written, and the last line, by which the file is known again. */
interface Written {
  readonly length: number;
  readonly last: string;
  /** Lines that could not be written: a resumed run begins with them. */
  readonly pending?: readonly string[];
}

/**
 * A text file that grows by lines; its state says how far, so that a resumed run can cut it back to there. From `begin` to
 * `close` it is this process's alone.
 */
export class LineFile implements Persistent {
  readonly version = 1;
  /** What is written about a run changes no number of it. */
  readonly optional = true;
  readonly #path: string;
  #written: Written = { length: 0, last: '' };
  #lock: RunLock | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Cuts the file back to what was written. A file that does not begin with that (lost lines, another run's) is moved to
   * `PATH.previous`, `PATH.previous-2` and so on, and a new one is begun. Throws `TRAINER_NODE_RUN_IN_USE`.
   */
  begin(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    this.#lock ??= lockFile(this.#path);
    if (!existsSync(this.#path)) {
      this.#written = { ...this.#written, length: 0, last: '' };
    } else if (!statSync(this.#path).isFile()) {
      throw new Error('it is there already and is not a file');
    } else if (this.#isOurs()) {
      truncateSync(this.#path, this.#written.length);
    } else {
      renameSync(this.#path, firstFree(`${this.#path}.previous`));
      this.#written = { ...this.#written, length: 0, last: '' };
    }
    if (this.#written.pending) this.#write([]);
  }

  /** Whether nothing was written yet, and nothing waits to be. */
  get isEmpty(): boolean {
    const { length, pending = [] } = this.#written;
    return length + pending.length === 0;
  }

  /** Gives the file to whoever writes next. */
  close(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** Adds a line. One that fails is kept, and written before the next, in this process or in one that resumes. */
  append(text: string): void {
    this.#write([text]);
  }

  save(): StateValue {
    return { ...this.#written };
  }

  load(state: StateValue): void {
    if (!isWritten(state)) throw new Error('expected { length, last }, bytes and a text');
    this.#written = state;
  }

  #write(texts: readonly string[]): void {
    const { pending = [], ...written } = this.#written;
    const lines = [...pending, ...texts];
    try {
      // What failed may have left a part of a line.
      if (pending.length > 0 && existsSync(this.#path)) truncateSync(this.#path, written.length);
      appendFileSync(this.#path, lines.map((line) => `${line}\n`).join(''));
    } catch (error) {
      this.#written = { ...written, pending: lines };
      throw error;
    }
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    this.#written = { length: written.length + bytes, last: `${lines.at(-1)!}\n` };
  }

  #isOurs(): boolean {
    const { length, last } = this.#written;
    const end = readFileSync(this.#path).subarray(length - Buffer.byteLength(last), length);
    return length > 0 && end.toString() === last;
  }
}

function firstFree(path: string): string {
  let free = path;
  for (let number = 2; existsSync(free); number++) free = `${path}-${number}`;
  return free;
}

function isWritten(state: unknown): state is Written {
  if (typeof state !== 'object' || state === null) return false;
  const { length, last, pending = [] } = state as Partial<Written>;
  const texts = [last, ...pending];
  return Number.isSafeInteger(length) && length! >= 0 && texts.every((text) => typeof text === 'string');
}
