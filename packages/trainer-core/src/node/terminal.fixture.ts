// Which control sequences there are: ECMA-48 (CHA, EL, CUU), and DECSC, DECRC and DECSET as xterm has them.
const TOKEN = /\u001b\[([?0-9;]*)([A-Za-z])|\u001b([78])|[^]/g;

/** A terminal that interprets what it is written, and shows what a user sees, the lines scrolled away included. */
export class FakeTerminal {
  readonly isTTY = true;
  columns: number;
  cursorHidden = false;
  wraps = true;
  /** Modes that were ever changed, such as `?25l`. */
  readonly modes: string[] = [];
  readonly #rows: number;
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;
  /** As in a terminal, the place on the screen: it does not scroll along. */
  #saved = { screenRow: 0, column: 0 };

  constructor(rows = 24, columns = 140) {
    this.#rows = rows;
    this.columns = columns;
  }

  /** As the stream that plugins take. */
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }

  /** Lines without trailing spaces, the empty ones left out. */
  get lines(): string[] {
    return this.#lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  }

  write(text: string): boolean {
    for (const [token, argument, command, memory] of text.matchAll(TOKEN)) {
      if (memory) this.#remember(memory);
      else if (command) this.#control(argument, command);
      else if (token === '\n') this.#newLine();
      else if (token === '\r') this.#column = 0;
      else this.#put(token);
    }
    return true;
  }

  get #top(): number {
    return Math.max(0, this.#lines.length - this.#rows);
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  #put(character: string): void {
    const line = this.#lines[this.#row].padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    if (this.#column < this.columns - 1) this.#column += 1;
    else if (this.wraps) this.#newLine();
  }

  #remember(memory: string): void {
    if (memory === '7') {
      this.#saved = { screenRow: this.#row - this.#top, column: this.#column };
    } else {
      this.#row = this.#top + this.#saved.screenRow;
      this.#column = this.#saved.column;
    }
  }

  #control(argument: string, command: string): void {
    const line = this.#lines[this.#row];
    if (command === 'G') this.#column = Number(argument || 1) - 1;
    else if (command === 'A') this.#row = Math.max(this.#top, this.#row - Number(argument || 1));
    else if (command === 'K' && argument === '2') this.#lines[this.#row] = '';
    else if (command === 'K' && Number(argument) === 0) this.#lines[this.#row] = line.slice(0, this.#column);
    else if (command === 'h' || command === 'l') this.#mode(argument, command);
    else throw new Error(`This terminal does not know ESC[${argument}${command}.`);
  }

  #mode(argument: string, command: string): void {
    this.modes.push(argument + command);
    if (argument === '?25') this.cursorHidden = command === 'l';
    if (argument === '?7') this.wraps = command === 'h';
  }
}
