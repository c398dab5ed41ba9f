import type { TrainerEvent } from '../contract/events.js';
import { formatShare } from './format.js';
import { ProgressTally } from './progress-tally.js';
import { writeLines } from './terminal-line.js';
import type { LineStream } from './terminal-line.js';

/** Progress where there is no terminal: a line per epoch, and one every so many seconds within it. */
export class ProgressLines {
  readonly #tally: ProgressTally;
  readonly #stream: LineStream;
  readonly #prefix: () => string;
  readonly #everyMs: number;
  #last = 0;

  constructor(stream: LineStream, prefix: () => string, everySeconds: number, logged: readonly string[]) {
    this.#tally = new ProgressTally(logged);
    this.#stream = stream;
    this.#prefix = prefix;
    this.#everyMs = everySeconds * 1000;
  }

  show(event: TrainerEvent): void {
    this.#tally.follow(event);
    if (event.type === 'fit-start') {
      this.#tally.start(event);
      this.#last = performance.now();
    } else if (event.type === 'epoch-end') {
      this.#write([this.#tally.epochOf(event.position.epoch), ...this.#tally.epochParts(event)]);
    } else if (event.type === 'batch-end' && performance.now() - this.#last > this.#everyMs) {
      const { done, total } = this.#tally;
      const parts = this.#tally.parts().filter(({ text }) => text !== '');
      this.#write([
        this.#tally.epochOf(event.position.epoch),
        formatShare(done / total),
        ...parts.map(({ text }) => text),
      ]);
    }
  }

  close(): void {}

  #write(parts: readonly string[]): void {
    this.#last = performance.now();
    writeLines(this.#stream, `${this.#prefix()}${parts.join('  ')}`);
  }
}
