import type { Figure } from './card.js';
import { h } from './dom.js';
import type { EpochSlider } from './epoch-slider.js';
import { shownRuns } from './runs.js';
import type { ShownRun } from './runs.js';

/** A part of the page under one heading. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  /** Takes note of new data; false where there is nothing to show. */
  update(forced: boolean): boolean;
  /** Draws everything, as for printing. */
  drawAll(): void;
}

/** What a section is made of. */
export interface Parts {
  readonly cards?: readonly Figure[];
  readonly slider?: EpochSlider;
  /** Figures below the slider. */
  readonly after?: readonly Figure[];
  /** Figures of every run. */
  readonly perRun?: (run: ShownRun) => readonly Figure[];
  /** Figures that data ask for. */
  readonly found?: () => readonly { readonly key: string; readonly make: () => Figure }[];
  /** Something that is made again with new data. */
  readonly extra?: () => HTMLElement | undefined;
}

/** A section of figures; those without data are hidden. */
export function section(id: string, title: string, intro: string, parts: Parts): Section {
  const { cards = [], slider, after = [], perRun, found, extra } = parts;
  const above = h('div', { class: 'grid' }, ...cards.map(({ element }) => element));
  const below = h('div', { class: 'grid' }, ...after.map(({ element }) => element));
  const rest = h('div', { class: 'rest' });
  const heading = h('h2', { id: `${id}-title` }, title);
  const element = h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('header', {}, heading, h('p', {}, intro)),
    above,
    ...(slider ? [slider.element] : []),
    below,
    rest,
  );
  const ofRuns = new Map<string, readonly Figure[]>();
  const ofKeys = new Map<string, Figure>();
  let key = '';
  let extras: HTMLElement | undefined;

  const remake = () => {
    const runs = shownRuns();
    const present = JSON.stringify(runs.map(({ record }) => record.name));
    if (!perRun || present === key) return;
    key = present;
    for (const figures of ofRuns.values()) figures.forEach((figure) => figure.dispose());
    ofRuns.clear();
    for (const run of runs) ofRuns.set(run.record.name, perRun(run));
    // One figure of every run beside each other, or a row of figures for every run.
    const rows = [...ofRuns.values()];
    const grids = rows.every((figures) => figures.length === 1) ? [rows.flat()] : rows;
    rest.replaceChildren(
      ...grids.map((figures) => h('div', { class: 'grid' }, ...figures.map((figure) => figure.element))),
    );
  };
  const find = () => {
    for (const { key: name, make } of found?.() ?? []) {
      if (ofKeys.has(name)) continue;
      const figure = make();
      ofKeys.set(name, figure);
      above.append(figure.element);
    }
  };
  const all = () => [...cards, ...after, ...[...ofRuns.values()].flat(), ...ofKeys.values()];
  slider?.listen(() =>
    [...after, ...[...ofRuns.values()].flat()].forEach((figure) => {
      figure.check();
      figure.touch();
    }),
  );

  return {
    id,
    title,
    element,
    update(forced) {
      remake();
      find();
      slider?.update();
      const there = all().filter((figure) => figure.check());
      for (const figure of there) figure.touch(forced);
      extras?.remove();
      extras = extra?.();
      if (extras) rest.append(extras);
      for (const grid of element.querySelectorAll<HTMLElement>('.grid')) {
        grid.hidden = [...grid.children].every((child) => (child as HTMLElement).hidden);
      }
      element.hidden = there.length === 0;
      return !element.hidden;
    },
    drawAll: () => all().forEach((figure) => figure.draw()),
  };
}
