import { h } from '../dom.js';
import { shown } from '../format.js';
import type { Unit } from '../format.js';
import { colours } from '../theme.js';
import type { Chart, ChartTable, Readout } from './chart.js';
import { rampOf } from './colour-ramps.js';
import type { Ramp } from './colour-ramps.js';

/** A matrix as a picture. */
export interface MatrixData {
  /** Row by row; NaN: missing. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly ramp: Ramp;
  /** What the ends of the colours stand for. */
  readonly domain: readonly [number, number];
  readonly unit?: Unit;
  /** Words for rows and columns. */
  readonly row: (row: number) => string;
  readonly column: (column: number) => string;
  /** What rows and columns are. */
  readonly axes: readonly [rows: string, columns: string];
  /** Lines above these rows. */
  readonly cuts?: readonly number[];
  /** Rows of the table; default: the highest values away from the diagonal. */
  readonly tableRows?: ChartTable;
  /** Height over width of the picture; default: that of the matrix. */
  readonly aspect?: number;
}

const MOST_WIDTH = 340;

/** A matrix on a canvas, one cell of whole pixels for each value. */
export class MatrixChart implements Chart<MatrixData> {
  readonly element = h('div', {
    class: 'matrix',
    tabindex: 0,
    role: 'group',
    'aria-roledescription': 'chart',
  });
  readonly #canvas = h('canvas', { 'aria-hidden': 'true' });
  readonly #scale = h('div', { class: 'scale', 'aria-hidden': 'true' });
  readonly #readout: Readout;
  #data: MatrixData | undefined;
  #at: [row: number, column: number] | undefined;

  constructor(readout: Readout) {
    this.#readout = readout;
    this.element.append(this.#canvas, this.#scale);
    this.#canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      if (!this.#data) return;
      const { rows, columns } = this.#data;
      const row = Math.floor((offsetY / this.#canvas.clientHeight) * rows);
      const column = Math.floor((offsetX / this.#canvas.clientWidth) * columns);
      this.#tell(Math.min(rows - 1, Math.max(0, row)), Math.min(columns - 1, Math.max(0, column)));
    });
    this.#canvas.addEventListener('pointerleave', () => this.#leave());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('blur', () => this.#leave());
  }

  draw(data?: MatrixData): void {
    if (data) this.#data = data;
    if (!this.#data) return;
    const { values, rows, columns, ramp, domain, cuts = [], aspect = rows / columns } = this.#data;
    const [low, high] = domain;
    const colourAt = rampOf(ramp, colours().dark);
    const pixels = new ImageData(columns, rows);
    values.forEach((value, at) => {
      const share = (value - low) / (high - low || 1);
      const [red, green, blue, alpha] = Number.isNaN(value) ? [128, 128, 128, 60] : [...colourAt(share), 255];
      pixels.data.set([red, green, blue, alpha], 4 * at);
    });
    this.element.classList.toggle('flat', aspect < 0.6);
    const cell = Math.max(1, Math.floor((2 * MOST_WIDTH) / columns));
    this.#canvas.width = columns * cell;
    this.#canvas.height = Math.max(rows, Math.round(columns * cell * aspect));
    const context = this.#canvas.getContext('2d')!;
    const small = new OffscreenCanvas(columns, rows);
    small.getContext('2d')!.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, this.#canvas.width, this.#canvas.height);
    context.fillStyle = colours().surface;
    for (const row of cuts)
      context.fillRect(0, (row * this.#canvas.height) / rows - 2, this.#canvas.width, 4);
    this.#drawScale(colourAt);
  }

  summary(): string {
    if (!this.#data) return '';
    const { rows, columns, axes, unit, values } = this.#data;
    const present = values.filter((value) => !Number.isNaN(value));
    const mean = present.reduce((sum, value) => sum + value, 0) / (present.length || 1);
    return `${rows} rows (${axes[0]}) and ${columns} columns (${axes[1]}), mean ${shown(mean, unit)}`;
  }

  table(): ChartTable {
    if (!this.#data) return { head: [], rows: [] };
    const { values, columns, row, column, axes, unit, tableRows } = this.#data;
    if (tableRows) return tableRows;
    const places = Array.from(values.keys()).filter(
      (at) => Math.floor(at / columns) !== at % columns && !Number.isNaN(values[at]) && values[at] !== 0,
    );
    const highest = places.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, 12);
    return {
      head: [axes[0], axes[1], 'value'],
      rows: highest.map((at) => [
        row(Math.floor(at / columns)),
        column(at % columns),
        shown(values[at], unit),
      ]),
    };
  }

  dispose(): void {
    this.element.remove();
  }

  #drawScale(colourAt: (share: number) => readonly number[]): void {
    const { domain, unit } = this.#data!;
    const stops = Array.from({ length: 9 }, (_, at) => `rgb(${colourAt(at / 8).join(' ')})`);
    const strip = h('i');
    strip.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
    this.#scale.replaceChildren(shown(domain[0], unit), strip, shown(domain[1], unit));
  }

  #tell(row: number, column: number): void {
    const data = this.#data!;
    this.#at = [row, column];
    const value = data.values[row * data.columns + column];
    const where = `${data.axes[0]} ${data.row(row)}, ${data.axes[1]} ${data.column(column)}`;
    this.#readout([{ text: `${where}: ${shown(value, data.unit)}` }]);
  }

  #leave(): void {
    this.#at = undefined;
    this.#readout([]);
  }

  #key(event: KeyboardEvent): void {
    if (!this.#data) return;
    const [row, column] = this.#at ?? [0, 0];
    const moves: Record<string, [number, number]> = {
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      Home: [0, 0],
      End: [this.#data.rows - 1, this.#data.columns - 1],
    };
    const next = moves[event.key];
    if (event.key === 'Escape') this.#leave();
    if (!next) return;
    event.preventDefault();
    const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
    const [to, at] = this.#at ? next : [row, column];
    this.#tell(within(to, this.#data.rows), within(at, this.#data.columns));
  }
}
