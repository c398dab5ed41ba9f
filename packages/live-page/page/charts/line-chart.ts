import uPlot from 'uplot';
import { h } from '../dom.js';
import { onAxis, shown } from '../format.js';
import type { Unit } from '../format.js';
import { colours } from '../theme.js';
import type { Chart, ChartTable, Readout, ReadoutPart } from './chart.js';

/** A line of a chart: x ascending; null: missing. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  /** Solid by default. */
  readonly dash?: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Least and largest of what a point stands for. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
  /** Points only, no line between them. */
  readonly points?: 'only' | 'none';
  /** Bars behind the others: on the axis of the others, or on their own on the right. */
  readonly bars?: 'same axis' | 'own axis';
}

/** What a chart shows. */
export interface LineData {
  readonly lines: readonly Line[];
  readonly x: string;
  readonly unit?: Unit;
  readonly log?: boolean;
  /** Words for places on the x axis, such as names of classes. */
  readonly xWords?: (x: number) => string;
  /** Whether the axis has words instead of numbers. */
  readonly wordsOnAxis?: boolean;
}

const HEIGHT = 224;
const FONT = '12px system-ui, sans-serif';
/** Rows of a table: more are left out evenly. */
const MOST_ROWS = 60;

/** Lines over epochs, steps or classes, on a canvas. */
export class LineChart implements Chart<LineData> {
  readonly element = h('div', { class: 'plot', tabindex: 0, role: 'group', 'aria-roledescription': 'chart' });
  readonly #readout: Readout;
  readonly #resized: ResizeObserver;
  #data: LineData = { lines: [], x: '' };
  #plot: uPlot | undefined;
  #shape = '';
  #width = 0;
  #columns: (number | null | undefined)[][] = [[]];

  constructor(readout: Readout) {
    this.#readout = readout;
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('blur', () => this.#plot?.setCursor({ left: -10, top: -10 }));
    this.#resized = new ResizeObserver(() => {
      const width = Math.floor(this.element.clientWidth);
      if (width === this.#width || width === 0) return;
      this.#width = width;
      if (this.#plot) this.#plot.setSize({ width, height: HEIGHT });
      else this.draw();
    });
    this.#resized.observe(this.element);
  }

  draw(data?: LineData): void {
    const again = data === undefined;
    if (data) this.#data = data;
    const { lines } = this.#data;
    this.#columns = aligned(lines);
    const width = Math.floor(this.element.clientWidth);
    if (width === 0 || lines.length === 0) return;
    this.#width = width;
    const shape = JSON.stringify([
      lines.map(({ label, colour, dash, band, points, bars }) => [label, colour, dash, !!band, points, bars]),
      this.#data.log,
      lines.every(({ x }) => x.length <= 60),
    ]);
    if (this.#plot && shape === this.#shape && !again) {
      const zoomed = this.#zoomed();
      this.#plot.setData(this.#columns as uPlot.AlignedData, !zoomed);
    } else {
      this.#shape = shape;
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(), this.#columns as uPlot.AlignedData, this.element);
    }
    this.element.querySelector('.uplot')?.setAttribute('aria-hidden', 'true');
    this.#tell();
  }

  summary(): string {
    const { lines, unit, x } = this.#data;
    const parts = lines
      .filter(({ bars }) => !bars)
      .map((line) => {
        const y = line.y.filter((value) => value !== null);
        const [first, last] = [y.at(0), y.at(-1)];
        return line.points === 'only' || y.length < 2
          ? `${line.label}: ${y.length} values, ${shown(least(y), unit)} to ${shown(largest(y), unit)}`
          : `${line.label}: from ${shown(first, unit)} to ${shown(last, unit)}`;
      });
    return `over ${x}; ${parts.join('; ')}`;
  }

  table(): ChartTable {
    const { lines, x, unit, xWords } = this.#data;
    const [places = []] = this.#columns;
    const every = Math.max(1, Math.ceil(places.length / MOST_ROWS));
    const kept = places.map((_, at) => at).filter((at) => at % every === 0 || at === places.length - 1);
    const columns = this.#lineColumns();
    return {
      head: [x, ...lines.map(({ label }) => label)],
      rows: kept.map((at) => [
        xWords?.(places[at]!) ?? shown(places[at]),
        ...lines.map(({ bars }, line) => shown(columns[line][at] ?? null, bars ? undefined : unit)),
      ]),
    };
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#plot?.destroy();
  }

  /** The column of every line, in order. */
  #lineColumns(): (number | null | undefined)[][] {
    let at = 1;
    return this.#data.lines.map(({ band }) => {
      const column = this.#columns[at];
      at += band ? 3 : 1;
      return column;
    });
  }

  #zoomed(): boolean {
    const { x } = this.#plot!.scales;
    const data = this.#plot!.data[0];
    return data.length > 1 && (x.min! > data[0] || x.max! < data[data.length - 1]);
  }

  #options(): uPlot.Options {
    const { lines, x, unit, log = false, xWords, wordsOnAxis } = this.#data;
    const palette = colours();
    const bars = lines.some((line) => line.bars === 'own axis');
    const few = lines.every(({ x }) => x.length <= 60);
    const axis = {
      stroke: palette.muted,
      font: FONT,
      grid: { stroke: palette.grid, width: 1 },
      ticks: { show: false },
    };
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    for (const line of lines) {
      const at = series.length;
      series.push(seriesOf(line, few));
      if (!line.band) continue;
      const edge = { stroke: 'transparent', points: { show: false }, spanGaps: true };
      series.push(edge, edge);
      bands.push({ series: [at + 2, at + 1], fill: translucent(line.colour) });
    }
    return {
      width: this.#width,
      height: HEIGHT,
      padding: [12, bars ? 4 : 26, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, dist: 5 },
        focus: { prox: 24 },
        points: { size: 7 },
        y: false,
      },
      focus: { alpha: 0.4 },
      scales: {
        x: { time: false, ...(wordsOnAxis && { range: (_, min, max) => [min - 0.6, max + 0.6] }) },
        y: log ? { distr: 3 } : { range: (_, min, max) => rangeOf(min, max, unit) },
        ...(bars && {
          bars: { range: (_: uPlot, __: number, max: number) => [0, max * 1.05] as [number, number] },
        }),
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: wordsOnAxis ? 62 : 26,
          gap: 5,
          ...(!wordsOnAxis && { label: x, labelFont: FONT, labelSize: 18, labelGap: 0 }),
          ...(wordsOnAxis
            ? {
                rotate: -35,
                splits: (u: uPlot) => [...new Set((u.data[0] as number[]).map(Math.round))],
                values: (_: uPlot, at: number[]) => at.map((x) => short(xWords?.(x) ?? '')),
              }
            : {
                incrs: [
                  1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5,
                  1e6,
                ],
                values: (_: uPlot, at: number[]) => at.map((value) => onAxis(value)),
              }),
        },
        {
          ...axis,
          size: (_, values) =>
            12 + 7 * Math.max(3, ...(values ?? []).map((text) => String(text ?? '').length)),
          values: (_, at) => at.map((value) => (value === null ? null : onAxis(value, unit))) as string[],
          ...(unit === 'bytes' && { incrs: Array.from({ length: 50 }, (_, power) => 2 ** power) }),
        },
        ...(bars
          ? [
              {
                ...axis,
                scale: 'bars',
                side: 1 as const,
                grid: { show: false },
                size: 48,
                values: (_: uPlot, at: number[]) => at.map((v) => onAxis(v)),
              },
            ]
          : []),
      ],
      series,
      bands,
      hooks: { setCursor: [() => this.#tell()] },
    };
  }

  #tell(): void {
    const at = this.#plot?.cursor.idx;
    const { lines, x, unit, xWords } = this.#data;
    if (at === null || at === undefined || (this.#plot?.cursor.left ?? -1) < 0)
      return this.#readout(legendOf(lines));
    const place = this.#columns[0][at]!;
    const columns = this.#lineColumns();
    const values = lines.flatMap((line, place): ReadoutPart[] => {
      const value = columns[place][at];
      if (value === null || value === undefined) return [];
      return [{ text: `${line.label} ${shown(value, line.bars ? undefined : unit)}`, ...lookOf(line) }];
    });
    this.#readout([{ text: xWords?.(place) ?? `${x} ${shown(place)}` }, ...values]);
  }

  /** Moves the cursor from point to point. */
  #key(event: KeyboardEvent): void {
    const plot = this.#plot;
    if (!plot) return;
    const [places] = plot.data;
    const present = plot.cursor.idx ?? -1;
    const last = places.length - 1;
    const jump = Math.max(1, Math.round(last / 10));
    const next = {
      ArrowRight: present + 1,
      ArrowLeft: present < 0 ? last : present - 1,
      PageUp: present + jump,
      PageDown: present - jump,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
    if (next === undefined) return;
    event.preventDefault();
    const at = Math.min(last, Math.max(0, next));
    plot.setCursor({ left: plot.valToPos(places[at], 'x'), top: plot.over.clientHeight / 2 });
  }
}

function seriesOf(line: Line, few: boolean): uPlot.Series {
  const { colour, dash, points, label } = line;
  if (line.bars) {
    return {
      label,
      ...(line.bars === 'own axis' && { scale: 'bars' }),
      fill: colour,
      stroke: colour,
      width: 0,
      paths: uPlot.paths.bars!({ size: [0.8, 60] }),
      points: { show: false },
    };
  }
  const alone = points === 'only';
  return {
    label,
    stroke: colour,
    width: alone ? 0 : 1.75,
    dash: dash ? [...dash] : undefined,
    spanGaps: true,
    points: {
      show: alone || (few && points !== 'none'),
      size: alone ? 7 : 5,
      fill: dash ? colours().surface : colour,
      stroke: colour,
      width: alone ? 1.5 : 1,
    },
    ...(alone && { paths: () => null }),
  };
}

/** All lines on one x axis: x, then every line, with the edges of its band behind it. */
function aligned(lines: readonly Line[]): (number | null | undefined)[][] {
  if (lines.length === 0) return [[]];
  const tables = lines.map(({ x, y, band }) => [x, y, ...(band ? [band.low, band.high] : [])]);
  if (tables.length === 1) return tables[0] as (number | null)[][];
  return uPlot.join(tables as uPlot.AlignedData[]) as (number | null | undefined)[][];
}

function lookOf({ colour, dash, points }: Line): Omit<ReadoutPart, 'text'> {
  return { colour, ...(dash && { dash }), ...(points === 'only' && { point: true }) };
}

/** What is drawn, where that is not clear from the run alone. */
function legendOf(lines: readonly Line[]): ReadoutPart[] {
  const drawn = lines.filter(({ bars }) => !bars);
  return drawn.length > 1 ? drawn.map((line) => ({ text: line.label, ...lookOf(line) })) : [];
}

/** Some room around the values; shares stay within 0 .. 1. */
function rangeOf(min: number, max: number, unit: Unit): [number, number] {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  if (min === max) {
    const room = Math.abs(min) * 0.1 || 1;
    return unit === 'share' ? [Math.max(0, min - 0.1), Math.min(1, max + 0.1)] : [min - room, max + room];
  }
  const room = (max - min) * 0.06;
  const [low, high] = [min >= 0 && min < (max - min) * 0.6 ? 0 : min - room, max + room];
  return unit === 'share'
    ? [Math.max(low, min < 0 ? low : 0), Math.min(high, max > 1 ? high : 1)]
    : [low, high];
}

function translucent(colour: string): string {
  return `${colour}26`;
}

function short(text: string): string {
  return text.length > 12 ? `${text.slice(0, 11)}…` : text;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
