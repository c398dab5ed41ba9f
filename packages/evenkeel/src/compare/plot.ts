import * as vega from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';
import type { Row } from './table.js';

const GROUPS = ['all', 'many', 'medium', 'few'] as const;

/** Accuracy of every method by shot group, with a line of one standard deviation to both sides; SVG. */
export function plotOf(rows: readonly Row[], title: string): Promise<string> {
  const values = rows.flatMap(({ method, last }) =>
    GROUPS.map((group) => {
      const { mean, std } = last[group];
      const middle = (mean ?? 0) * 100;
      const around = (std ?? 0) * 100;
      return { method, group, accuracy: middle, from: middle - around, to: middle + around };
    }),
  );
  const y = {
    field: 'method',
    type: 'nominal',
    title: null,
    sort: rows.map(({ method }) => method),
  } as const;
  const x = { field: 'accuracy', type: 'quantitative', title: 'accuracy, %' } as const;
  const spec: TopLevelSpec = {
    title,
    background: 'white',
    config: { font: 'sans-serif' },
    data: { values },
    facet: { column: { field: 'group', type: 'nominal', title: null, sort: [...GROUPS] } },
    spec: {
      width: 150,
      layer: [
        { mark: { type: 'bar', tooltip: null }, encoding: { y, x } },
        {
          mark: { type: 'rule', tooltip: null },
          encoding: { y, x: { field: 'from', type: 'quantitative' }, x2: { field: 'to' } },
        },
      ],
    },
  };
  return new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
