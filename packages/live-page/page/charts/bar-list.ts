import { h } from '../dom.js';
import { shown } from '../format.js';
import type { Unit } from '../format.js';
import type { Chart, ChartTable } from './chart.js';

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number | null;
  readonly colour: string;
}

/** Groups of bars, each under its name. */
export interface BarData {
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
  readonly unit?: Unit;
  /** Value of a bar of full length. */
  readonly full: number;
}

/** Horizontal bars with their numbers, as a list that can be read. */
export class BarList implements Chart<BarData> {
  readonly element = h('div', { class: 'bars' });
  #data: BarData = { groups: [], full: 1 };

  draw(data?: BarData): void {
    if (data) this.#data = data;
    const { groups, unit, full } = this.#data;
    this.element.replaceChildren(
      ...groups.map(({ label, bars }) =>
        h(
          'div',
          { class: 'bar-group' },
          h('span', { class: 'bar-label' }, label),
          h(
            'ul',
            { 'aria-label': label },
            ...bars.map((bar) => {
              const fill = h('i', { 'aria-hidden': 'true' });
              fill.style.width = `${Math.min(100, (100 * (bar.value ?? 0)) / full)}%`;
              fill.style.background = bar.colour;
              const value = h('span', {}, shown(bar.value, unit));
              return h(
                'li',
                {},
                h('span', { class: 'hidden' }, `${bar.label}: `),
                h('span', { class: 'track' }, fill),
                value,
              );
            }),
          ),
        ),
      ),
    );
  }

  summary(): string {
    return this.table()
      .rows.map((row) => row.join(' '))
      .join('; ');
  }

  table(): ChartTable {
    const { groups, unit } = this.#data;
    const labels = [...new Set(groups.flatMap(({ bars }) => bars.map(({ label }) => label)))];
    return {
      head: ['', ...labels],
      rows: groups.map(({ label, bars }) => [
        label,
        ...labels.map((name) => shown(bars.find((bar) => bar.label === name)?.value, unit)),
      ]),
    };
  }

  dispose(): void {
    this.element.remove();
  }
}
