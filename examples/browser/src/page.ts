import type { News, Start } from './messages.js';
import type { Settings } from './train.js';

const element = <T extends Element>(selector: string) => document.querySelector<T>(selector) as T;
const form = element<HTMLFormElement>('form');
const progress = element<HTMLProgressElement>('progress');
const status = element<HTMLElement>('#status');
const backend = element<HTMLElement>('#backend');
const curve = element<SVGPolylineElement>('polyline');
const table = element<HTMLTableSectionElement>('tbody');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  start(settingsOf(new FormData(form)));
});

function settingsOf(fields: FormData): Settings {
  const number = (name: string) => Number(fields.get(name));
  const method = fields.get('method') as Settings['method'];
  return { method, epochs: number('epochs'), batch: number('batch'), seed: number('seed') };
}

/** Trains once, in a separate worker that ends with the training. */
function start(settings: Settings): void {
  const worker = new Worker(new URL('./training.worker.ts', import.meta.url), { type: 'module' });
  const losses: number[] = [];
  const enable = (on: boolean) => void (element<HTMLButtonElement>('button').disabled = !on);
  const end = (text: string) => {
    worker.terminate();
    enable(true);
    say(text);
  };
  enable(false);
  say('Loading.');
  worker.addEventListener('error', ({ message }) => end(`Failed: ${message}`));
  worker.addEventListener('message', ({ data: news }: MessageEvent<News>) => {
    switch (news.type) {
      case 'ready':
        backend.textContent = backendText(news);
        break;
      case 'step':
        losses.push(news.loss);
        draw(losses);
        advance(news.done, news.steps);
        say(
          `Step ${news.done} of ${news.steps}: loss ${news.loss.toFixed(3)}, ${Math.round(news.imagesPerSecond)} images/s.`,
        );
        break;
      case 'evaluation':
        advance(news.done, news.examples);
        say(`Evaluating: ${news.done} of ${news.examples} test images.`);
        break;
      case 'done':
        table.append(rowOf(settings.method, news.accuracy));
        end(`Done: ${losses.length} steps, the last with a loss of ${losses.at(-1)?.toFixed(3)}.`);
        break;
      case 'failed':
        end(`Failed: ${news.reason}`);
        break;
    }
  });
  worker.postMessage({ settings, images: new URL('images.bin', document.baseURI).href } satisfies Start);
}

function say(text: string): void {
  status.textContent = text;
}

function advance(done: number, total: number): void {
  progress.max = total;
  progress.value = done;
}

function backendText({ data, threads, simd }: Extract<News, { type: 'ready' }>): string {
  const isolated = crossOriginIsolated ? '' : ' (the page is not cross-origin isolated)';
  const on = threads > 1 ? `threads on: ${threads}` : `threads off${isolated}`;
  return `WebAssembly, SIMD ${simd ? 'on' : 'off'}, ${on}. Data: ${data}.`;
}

/** The losses so far, over the whole width; the highest touches the top, zero is the bottom. */
function draw(losses: readonly number[]): void {
  const top = Math.max(...losses);
  const width = Math.max(1, losses.length - 1);
  curve.setAttribute('points', losses.map((loss, at) => `${at / width},${1 - loss / top}`).join(' '));
}

function rowOf(
  method: Settings['method'],
  { all, many, medium, few }: Extract<News, { type: 'done' }>['accuracy'],
): HTMLTableRowElement {
  const percent = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
  const row = document.createElement('tr');
  for (const text of [method, ...[all, many, medium, few].map(percent)]) row.insertCell().textContent = text;
  return row;
}
