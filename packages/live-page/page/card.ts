import type { Chart, Readout } from './charts/chart.js';
import { h, sample } from './dom.js';

/** Something with a heading that is drawn when it is seen. */
export interface Figure {
  readonly element: HTMLElement;
  /** Whether there is something to draw; the figure hides where there is not. */
  check(): boolean;
  /** Draws when it is next seen, or now where it is; `forced`: also what has not changed. */
  touch(forced?: boolean): void;
  /** Draws now. */
  draw(): void;
  dispose(): void;
}

let cards = 0;

/** A chart in its frame: heading, what it means, the values under the cursor, and its numbers as a table. */
export class Card<Data> implements Figure {
  readonly element: HTMLElement;
  /** The data to draw at present; undefined: there is nothing. */
  readonly #data: () => Data | undefined;
  readonly #chart: Chart<Data>;
  readonly #readout = h('p', { class: 'readout', 'aria-live': 'polite' });
  readonly #details: HTMLDetailsElement;
  readonly #title: string;
  #found: Data | undefined;
  #visible = false;
  #stale = true;
  #forced = false;

  constructor(
    title: string,
    meaning: string,
    make: (readout: Readout) => Chart<Data>,
    data: () => Data | undefined,
    wide = false,
  ) {
    this.#title = title;
    this.#data = data;
    this.#chart = make((parts) => {
      this.#readout.replaceChildren(
        ...parts.map(({ text, colour, dash, point = false }) =>
          h('span', {}, colour !== undefined && sample(colour, dash, point), text),
        ),
      );
    });
    const id = `figure-${++cards}`;
    this.#details = h(
      'details',
      {},
      h('summary', {}, 'Numbers', h('span', { class: 'hidden' }, ` of ${title}`)),
    );
    this.#details.addEventListener('toggle', () => this.#fillTable());
    this.element = h(
      'figure',
      { class: wide ? 'card wide-card' : 'card', 'aria-labelledby': id },
      h('h3', { id }, title),
      h('figcaption', {}, meaning),
      this.#readout,
      this.#chart.element,
      this.#details,
    );
    visibility.observe(this.element);
    byElement.set(this.element, this);
  }

  check(): boolean {
    this.#found = this.#data();
    this.element.hidden = this.#found === undefined;
    return !this.element.hidden;
  }

  touch(forced = false): void {
    this.#stale = true;
    this.#forced ||= forced;
    if (this.#visible) this.draw();
  }

  /** Whether it is in view, or near. */
  seen(visible: boolean): void {
    this.#visible = visible;
    if (visible && this.#stale) this.draw();
  }

  draw(): void {
    // What `check` has found is drawn once; a slider may have moved since.
    const data = this.#found ?? this.#data();
    this.#found = undefined;
    if (data === undefined || this.element.hidden) return;
    this.#chart.draw(data);
    if (this.#forced) this.#chart.draw();
    this.#stale = this.#forced = false;
    this.#chart.element.setAttribute('aria-label', `${this.#title}, ${this.#chart.summary()}`);
    this.#fillTable();
  }

  dispose(): void {
    visibility.unobserve(this.element);
    this.#chart.dispose();
    this.element.remove();
  }

  #fillTable(): void {
    this.#details.querySelector('.table')?.remove();
    if (!this.#details.open) return;
    const { head, rows } = this.#chart.table();
    this.#details.append(tableOf(head, rows, this.#title));
  }
}

const byElement = new WeakMap<Element, { seen(visible: boolean): void }>();

/** Charts are drawn when they come near the window. */
const visibility = new IntersectionObserver(
  (entries) => entries.forEach(({ target, isIntersecting }) => byElement.get(target)?.seen(isIntersecting)),
  { rootMargin: '300px' },
);

/** A table whose first column names the rows. */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  label: string,
): HTMLElement {
  return h(
    'div',
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': `${label}: table` },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h('tr', {}, ...head.map((text) => (text === '' ? h('td') : h('th', { scope: 'col' }, text)))),
      ),
      h(
        'tbody',
        {},
        ...rows.map(([first, ...others]) =>
          h('tr', {}, h('th', { scope: 'row' }, first), ...others.map((text) => h('td', {}, text))),
        ),
      ),
    ),
  );
}
