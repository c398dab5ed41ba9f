import 'uplot/dist/uPlot.min.css';
import { runLine } from '../src/model/index.js';
import type { PackedRun } from '../src/model/index.js';
import { byId, h } from './dom.js';
import { legend, runCards } from './run-cards.js';
import { addLines, allRuns, putRun } from './runs.js';
import { makeSections } from './sections.js';
import { setUpTheme } from './theme.js';

/** What the page was filled with. */
interface PageData {
  readonly title?: string;
  /** Whether there is a server that tells more. */
  readonly live?: boolean;
  readonly runs: readonly PackedRun[];
}

/** What a server tells. */
interface Message {
  readonly run?: PackedRun;
  readonly name?: string;
  readonly lines?: readonly unknown[];
  readonly closed?: true;
}

/** How often the page is drawn while numbers come, ms. */
const PACE = 500;

const data = JSON.parse(byId('data').textContent ?? '{"runs":[]}') as PageData;
const sections = makeSections();
let names = '';
let timer: number | undefined;
let drawn = 0;

byId('title').textContent = data.title ?? document.title;
byId('sections').append(...sections.map(({ element }) => element));
for (const run of data.runs) putRun(run);
setUpTheme(() => update(true));
addEventListener('beforeprint', () => sections.forEach((section) => section.drawAll()));
if (data.live) listen();
document.documentElement.dataset.ready = '1';

/** Draws everything that has changed; `forced`: all. */
function update(forced = false): void {
  timer = undefined;
  drawn = performance.now();
  const runs = allRuns();
  const present = JSON.stringify(runs.map(({ record }) => record.name));
  if (present !== names || forced) byId('legend').replaceChildren(...legend(() => update(true)));
  names = present;
  byId('legend').hidden = runs.length < 2;
  byId('overview').replaceChildren(...runCards());
  const there = sections.filter((section) => section.update(forced));
  byId('nothing').hidden = there.length > 0;
  showLinks(there.map(({ id, title }) => ({ id, title })));
  const notes = runs.flatMap(({ record }) => record.notes);
  byId('notes').replaceChildren(...notes.flatMap((note) => [note, h('br')]));
  const data = [...new Set(runs.flatMap(({ record }) => record.facts.data ?? []))];
  byId('subtitle').textContent = [`${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`, ...data].join(
    ' · ',
  );
}

function showLinks(links: readonly { readonly id: string; readonly title: string }[]): void {
  const list = byId('links');
  if (list.childElementCount === links.length) return;
  list.replaceChildren(...links.map(({ id, title }) => h('li', {}, h('a', { href: `#${id}` }, title))));
}

function soon(): void {
  timer ??= window.setTimeout(() => update(), Math.max(0, drawn + PACE - performance.now()));
}

/** Hears from the server, and connects again when it was away, as after a resume. */
function listen(): void {
  const connection = byId('connection');
  const say = (text: string, state: string) => {
    connection.textContent = text;
    connection.className = state;
  };
  const source = new EventSource('events');
  let over = false;
  source.addEventListener('open', () => {
    over = false;
    say('live', 'live');
  });
  source.addEventListener('error', () =>
    say(over ? 'run over' : 'waiting for the run', over ? 'over' : 'away'),
  );
  source.addEventListener('message', ({ data: text }: MessageEvent<string>) => {
    const { run, name, lines = [], closed } = JSON.parse(text) as Message;
    if (closed) over = true;
    if (run) putRun(run);
    if (name !== undefined)
      addLines(
        name,
        lines.flatMap((line) => runLine(line) ?? []),
      );
    soon();
  });
}
