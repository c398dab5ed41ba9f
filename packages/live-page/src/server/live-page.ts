import { defineOptions, func, having, list, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../../package.json' with { type: 'json' };
import { errors } from '../errors.js';
import { nameOf } from '../report/write-report.js';
import { followRun } from './follow-run.js';
import { servePage, servePageOptions } from './serve-page.js';
import type { ServedPage, ServePageOptions } from './serve-page.js';
import { watchRun } from './watch-run.js';

/** What the page shows, and where it is served. */
export interface LivePageOptions extends ServePageOptions {
  /** A page that is served already, which outlives the run; `host`, `port` and `title` are its own. Default: one for this run. */
  readonly page?: ServedPage;
  /** What the page calls the run; default: the name of the folder of `metrics`, or `run`. */
  readonly name?: string;
  /** The run's own `metrics.jsonl`: what it did before it was resumed is read from there. Default: none. */
  readonly metrics?: string;
  /** `metrics.jsonl` of other runs to show beside it, followed while they grow. Default: none. */
  readonly beside?: readonly string[];
  /** Hears the page's address; default: a line on standard error. */
  readonly onServed?: (url: string) => void;
}

/** The options of `livePage`. */
export const livePageOptions = defineOptions('livePage', errors.BAD_OPTION, {
  ...servePageOptions.spec,
  page: having<ServedPage>('a page of servePage', 'put', 'add', 'close').optional('one for this run'),
  name: text().optional("the folder of 'metrics', or run"),
  metrics: text('a path').optional('none'),
  beside: list(text('a path')).default([], 'none'),
  onServed: func<(url: string) => void>().optional('a line on standard error'),
} satisfies SpecOf<LivePageOptions>);

/**
 * Serves a page that shows the run while it is under way, to this machine alone by default; it watches and changes nothing, and
 * may come and go between resumes. The page is there from the start of the run until the trainer is disposed. Throws
 * `LIVE_PAGE_BAD_OPTION`; when the run starts `LIVE_PAGE_NOT_SERVED`.
 *
 * @example
 * createTrainer({ data, model, plugins: [livePage(), measurements()] });
 */
export function livePage(options: LivePageOptions = {}): TrainerPlugin {
  const { page, metrics, beside, onServed = tell, ...settings } = livePageOptions.read(options);
  const name = settings.name ?? (metrics === undefined ? 'run' : nameOf(metrics));
  const { host, port, title } = settings;
  return definePlugin({
    name: '@evenkeel/live-page',
    version: manifest.version,
    api: '^2.0',
    description: `'${name}' on a page for this machine`,
    // After the plugin that cuts the run's file back to its checkpoint.
    order: 'post',
    setup({ hooks, leads }) {
      let serving: Promise<ServedPage> | undefined;
      const ends: (() => void)[] = [];
      const start = async (): Promise<ServedPage> => {
        const served = page ?? (await servePage({ host, title, ...(port !== undefined && { port }) }));
        if (!page) onServed(served.url);
        for (const path of beside) ends.push(followRun(served, path));
        return served;
      };
      const watch = watchRun(name, metrics);
      // A promise that rejects, because the page cannot be served, ends the run.
      // eslint-disable-next-line @typescript-eslint/no-misused-promises
      const subscription = hooks.events$.subscribe((event) => {
        if (!leads()) return undefined;
        serving ??= start();
        return watch(event, serving);
      });
      return async () => {
        subscription.unsubscribe();
        for (const end of ends) end();
        const served = await serving?.catch(() => undefined);
        if (!page) await served?.close();
      };
    },
  });
}

function tell(url: string): void {
  process.stderr.write(`The run can be watched at ${url}\n`);
}
