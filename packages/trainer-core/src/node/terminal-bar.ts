import { SingleBar } from 'cli-progress';
import type { TrainerEvent } from '../contract/events.js';
import { ProgressTally } from './progress-tally.js';
import { statusLine, wrapParts } from './status-line.js';
import { writeLines } from './terminal-line.js';

const SAVE_CURSOR = '\u001b7';
const RESTORE_CURSOR = '\u001b8';

/** Progress on a terminal: a bar in the last line, and a line per epoch above it. */
export class TerminalBar {
  readonly #tally: ProgressTally;
  readonly #bar: SingleBar;
  readonly #stream: NodeJS.WriteStream;
  readonly #prefix: () => string;
  #epoch = 0;
  #note = '';

  constructor(stream: NodeJS.WriteStream, prefix: () => string, logged: readonly string[]) {
    this.#tally = new ProgressTally(logged);
    this.#stream = stream;
    this.#prefix = prefix;
    this.#bar = new SingleBar({
      format: (_options, { progress }) => this.#line(progress),
      stream: withoutCursorMemory(stream),
      clearOnComplete: true,
      // Modes of the terminal stay as they are: nothing has to be put right when the process ends without a warning.
      hideCursor: false,
      linewrap: true,
    });
  }

  show(event: TrainerEvent): void {
    this.#tally.follow(event);
    const { epoch } = event.position;
    if (event.type === 'fit-start') {
      this.#tally.start(event);
      this.#start(epoch);
    } else if (event.type === 'batch-end') {
      this.#epoch = epoch;
      this.#note = '';
      this.#bar.update(this.#tally.done);
    } else if (event.type === 'evaluation-progress') {
      this.#note = `evaluating ${Math.round((100 * event.done) / event.examples)}%`;
      this.#bar.update(this.#tally.done);
    } else if (event.type === 'epoch-end') {
      this.close();
      const head = `${this.#prefix()}${this.#tally.epochOf(epoch)}`;
      writeLines(this.#stream, ...wrapParts(head, this.#tally.epochParts(event), this.#columns));
      this.#start(epoch + 1);
    } else if (event.type === 'fit-end') {
      this.close();
    }
  }

  /** Takes the bar off the screen. */
  close(): void {
    this.#bar.stop();
  }

  #start(epoch: number): void {
    const { total, done } = this.#tally;
    this.#epoch = epoch;
    this.#note = '';
    this.#bar.start(total, done);
  }

  /** A character less than there is room for: a full line would push the cursor to the next one. */
  get #columns(): number {
    return Math.max(20, (this.#stream.columns || 80) - 1);
  }

  #line(progress: number): string {
    const head = `${this.#prefix()}${this.#tally.epochOf(this.#epoch)}`;
    return statusLine(head, progress, [...this.#tally.parts(), { text: this.#note, rank: 1 }], this.#columns);
  }
}

/**
 * The stream as the bar sees it. When the bar is taken away it would go back to where it was begun, and erase what others
 * have written there since.
 */
function withoutCursorMemory(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string) => text === SAVE_CURSOR || text === RESTORE_CURSOR || stream.write(text);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
