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

/** A text file that grows by lines; its state says how far, so that a resumed run can cut it back to there. */
export class LineFile implements Persistent {
  readonly version = 1;
  /** What is written about a run changes no number of it. */
  readonly optional = true;
  readonly #path: string;
  /** Bytes written, and the last line, by which the file is known again. */
  #written = { length: 0, last: '' };

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Cuts the file back to what was written. A file that does not begin with that (lost lines, another run's) is moved to
   * `PATH.previous`, `PATH.previous-2` and so on, and a new one is begun.
   */
  begin(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    if (!existsSync(this.#path)) {
      this.#written = { length: 0, last: '' };
    } else if (!statSync(this.#path).isFile()) {
      throw new Error('it is there already and is not a file');
    } else if (this.#isOurs()) {
      truncateSync(this.#path, this.#written.length);
    } else {
      renameSync(this.#path, firstFree(`${this.#path}.previous`));
      this.#written = { length: 0, last: '' };
    }
  }

  append(text: string): void {
    const last = `${text}\n`;
    appendFileSync(this.#path, last);
    this.#written = { length: this.#written.length + Buffer.byteLength(last), last };
  }

  save(): StateValue {
    return this.#written;
  }

  load(state: StateValue): void {
    this.#written = state as { length: number; last: string };
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
