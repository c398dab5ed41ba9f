import * as vega from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';

/** A point of a chart with one line for each run. */
export interface Point {
  readonly run: string;
  readonly x: number;
  readonly y: number;
}

/** What is written on a chart. */
export interface Labels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Logarithmic y axis; default false. */
  readonly log?: boolean;
  /** All runs of the report, in the order of their colours. */
  readonly runs: readonly string[];
}

/** Lines with points over epochs or ranks, one for each run, as SVG. */
export function lineChart(
  points: readonly Point[],
  { title, x, y, log = false, runs }: Labels,
): Promise<string> {
  return svg({
    title,
    data: { values: log ? points.filter((point) => point.y > 0) : [...points] },
    mark: { type: 'line', point: { size: 16 } },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, axis: { tickMinStep: 1 } },
      y: { field: 'y', type: 'quantitative', title: y, scale: log ? { type: 'log' } : { zero: false } },
      // The same colour for a run in every chart, also where others have no such value.
      color: { field: 'run', type: 'nominal', title: null, scale: { domain: [...runs] } },
    },
    width: 360,
    height: 220,
  });
}

/** Side of a matrix's picture, pixels; whole pixels for each cell keep it small. */
const SIDE = 256;

/** A square matrix of values in −1 .. 1 as a picture: blue below 0, orange above; SVG. */
export function heatmap(matrix: readonly (number | null)[], title: string): Promise<string> {
  const size = Math.round(Math.sqrt(matrix.length));
  const values = matrix.map((value, at) => ({ row: Math.floor(at / size), column: at % size, value }));
  return svg({
    title,
    data: { values },
    // Thousands of cells, none of which has its own description.
    mark: { type: 'rect', tooltip: null, aria: false },
    encoding: {
      x: { field: 'column', type: 'ordinal', axis: null },
      y: { field: 'row', type: 'ordinal', axis: null },
      color: {
        field: 'value',
        type: 'quantitative',
        scale: { domain: [-1, 1], scheme: 'blueorange' },
        legend: { title: 'r' },
      },
    },
    width: { step: Math.max(1, Math.round(SIDE / size)) },
    height: { step: Math.max(1, Math.round(SIDE / size)) },
  });
}

async function svg(spec: Omit<Extract<TopLevelSpec, { mark: unknown }>, '$schema'>): Promise<string> {
  const compiled = compile({
    ...spec,
    background: 'white',
    config: { font: 'sans-serif', range: { category: { scheme: 'tableau10' } } },
  } as TopLevelSpec).spec;
  return new vega.View(vega.parse(compiled), { renderer: 'none' }).toSVG();
}
