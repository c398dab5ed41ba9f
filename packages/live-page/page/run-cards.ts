import { h } from './dom.js';
import { duration, shown } from './format.js';
import { allRuns, colourOf } from './runs.js';
import type { ShownRun } from './runs.js';

const PHASES = {
  unknown: 'unfinished',
  running: 'running',
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
} as const;

const SHOTS = [
  ['all', 'All'],
  ['many', 'Many'],
  ['medium', 'Medium'],
  ['few', 'Few'],
] as const;

/** A card of every run: where it stands, and its newest numbers. */
export function runCards(): HTMLElement[] {
  return allRuns().map((run) => {
    const { record } = run;
    const { facts, state, name } = record;
    const newest = (key: string) => record.scalars.get(key)?.newest;
    const epochs = Math.max(record.epochs, facts.epochs ?? 0);
    const complete = facts.epochs !== undefined && record.epochs >= facts.epochs;
    const phase = state.phase === 'unknown' && complete ? 'done' : state.phase;
    const swatch = h('i', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = colourOf(run);
    const accuracies = SHOTS.filter(([key]) => newest(key) !== undefined);
    const numbers = [
      ['Epoch', epochs > 0 ? `${record.epochs} of ${epochs}` : '–'],
      ['Loss', shown(newest('loss') ?? lastLoss(run))],
      ['Images/s', shown(whole(newest('imagesPerSecond')))],
      ['Waiting', shown(newest('readShare'), 'share')],
      ['Memory', shown(newest('measurements.memoryBytes'), 'bytes')],
    ].filter(([, text]) => text !== '–');
    return h(
      'article',
      { class: run.shown ? 'run' : 'run dimmed', 'aria-label': name },
      h('header', {}, swatch, h('h2', {}, name), h('span', { class: `phase ${phase}` }, PHASES[phase])),
      progressOf(run),
      accuracies.length > 0 &&
        h(
          'dl',
          { class: 'shots' },
          ...accuracies.map(([key, label]) => pair(label, shown(newest(key), 'share'))),
        ),
      h('dl', { class: 'facts' }, ...numbers.map(([label, text]) => pair(label, text))),
      facts.data !== undefined && h('p', { class: 'data' }, facts.data),
      state.phase === 'failed' && state.reason !== undefined && h('p', { class: 'reason' }, state.reason),
    );
  });
}

function progressOf({ record }: ShownRun): HTMLElement | undefined {
  const { state, facts, name } = record;
  if (state.phase !== 'running' || facts.batches === undefined) return undefined;
  const left = state.secondsLeft === undefined ? '' : `, ${duration(state.secondsLeft)} left`;
  return h(
    'div',
    { class: 'progress' },
    h('progress', { max: facts.batches, value: state.step ?? 0, 'aria-label': `Progress of ${name}` }),
    h(
      'span',
      {},
      `step ${(state.step ?? 0).toLocaleString('en')} of ${facts.batches.toLocaleString('en')}${left}`,
    ),
  );
}

function lastLoss({ record }: ShownRun): number | null {
  for (const series of record.steps.values()) return series.column('loss').at(-1) ?? null;
  return null;
}

function whole(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}

function pair(label: string, text: string): HTMLElement {
  return h('div', {}, h('dt', {}, label), h('dd', {}, text));
}

/** The legend: which runs are drawn. */
export function legend(changed: () => void): HTMLElement[] {
  return allRuns().map((run) => {
    const box = h('input', { type: 'checkbox' });
    box.checked = run.shown;
    box.addEventListener('change', () => {
      run.shown = box.checked;
      changed();
    });
    const swatch = h('i', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = colourOf(run);
    return h('label', {}, box, swatch, run.record.name);
  });
}
