import { SingleBar } from 'cli-progress';
import type { TrainerEvent } from '../contract/events.js';
import { ProgressTally } from './progress-tally.js';
import { writeLines } from './terminal-line.js';

const SAVE_CURSOR = '\u001b7';
const RESTORE_CURSOR = '\u001b8';

/** Progress on a terminal: a bar in the last line, and a line per epoch above it. */
export class TerminalBar {
  readonly #tally = new ProgressTally();
  readonly #bar: SingleBar;
  readonly #stream: NodeJS.WriteStream;
  readonly #prefix: () => string;

  constructor(stream: NodeJS.WriteStream, prefix: () => string) {
    this.#stream = stream;
    this.#prefix = prefix;
    this.#bar = new SingleBar({
      format: '{prefix}{epoch} [{bar}] {percentage}%  {speed}  {loss}  {left} {note}',
      stream: withoutCursorMemory(stream),
      clearOnComplete: true,
      barsize: 24,
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
      this.#bar.update(this.#tally.done, this.#payload(epoch));
    } else if (event.type === 'evaluation-progress') {
      this.#bar.update({ note: `evaluating ${Math.round((100 * event.done) / event.examples)}%` });
    } else if (event.type === 'epoch-end') {
      this.close();
      writeLines(this.#stream, `${this.#prefix()}${this.#tally.epochLine(event)}`);
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
    this.#bar.start(total, done, this.#payload(epoch));
  }

  #payload(epoch: number): Record<string, string> {
    return { ...this.#tally.payload(epoch), prefix: this.#prefix(), note: '' };
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
