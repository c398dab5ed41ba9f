import { runLine } from '../model/run-line.js';
import type { RunRecord } from '../model/run-record.js';
import type { PackedRun } from '../model/run-record.js';

/** What pages hear: a whole run, lines of one, or that there is no more. */
export type Message =
  | { readonly run: PackedRun }
  | { readonly name: string; readonly lines: readonly object[] }
  /** Nothing follows. */
  | { readonly closed: true };

/** How often pages hear of new lines, ms. */
const PACE = 250;

/** All runs that a page shows; who listens hears of new lines a few times a second. */
export class RunBoard {
  readonly #runs = new Map<string, RunRecord>();
  readonly #listeners = new Set<(message: Message) => void>();
  readonly #waiting = new Map<string, object[]>();
  #timer: NodeJS.Timeout | undefined;

  /** Puts a run on the board, in the place of an older one of its name. */
  put(run: RunRecord): void {
    this.#runs.set(run.name, run);
    this.#waiting.delete(run.name);
    this.#tell({ run: run.pack() });
  }

  get(name: string): RunRecord | undefined {
    return this.#runs.get(name);
  }

  /** Adds a line to a run. */
  add(name: string, value: object): void {
    const line = runLine(value);
    if (!line) return;
    this.#runs.get(name)?.apply(line);
    if (this.#listeners.size === 0) return;
    const lines = this.#waiting.get(name) ?? [];
    lines.push(line);
    this.#waiting.set(name, lines);
    this.#timer ??= setTimeout(() => this.flush(), PACE).unref();
  }

  /** Tells everybody what is new at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [name, lines] of waiting) this.#tell({ name, lines });
  }

  /** Tells a listener all runs, and from then on what is new; what it returns ends that. */
  listen(listener: (message: Message) => void): () => void {
    this.flush();
    for (const run of this.#runs.values()) listener({ run: run.pack() });
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells everybody what is new, and that nothing follows. */
  close(): void {
    this.flush();
    this.#tell({ closed: true });
    this.#listeners.clear();
  }

  #tell(message: Message): void {
    for (const listener of this.#listeners) listener(message);
  }
}
