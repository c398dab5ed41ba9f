import { existsSync } from 'node:fs';
import { defineOptions, flag, messageOf } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from '../errors.js';
import { measurements } from '../measurements/measurements.js';
import { writeReport } from '../report/write-report.js';
import type { ReportSource } from '../report/write-report.js';
import { livePage } from './live-page.js';
import { servePage, servePageOptions } from './serve-page.js';
import type { ServePageOptions } from './serve-page.js';

/** How a program's runs are watched. */
export interface WatchRunsOptions extends ServePageOptions {
  /** Whether a page is served meanwhile; default false. */
  readonly live?: boolean;
}

/** The options of `watchRuns`. */
export const watchRunsOptions = defineOptions('watchRuns', errors.BAD_OPTION, {
  ...servePageOptions.spec,
  live: flag().default(false),
} satisfies SpecOf<WatchRunsOptions>);

/** The runs of a program, as they are watched. */
export interface RunsWatch {
  /** Where the page is; undefined without `live`. */
  readonly url: string | undefined;
  /** What a run is watched with: its measurements, and the page where there is one. `metrics`: its `metrics.jsonl`. */
  plugins(name: string, metrics: string): readonly TrainerPlugin[];
  /** Writes the report of the runs whose files are there, and gives a line for the terminal; a failure is one as well. */
  report(runs: readonly Required<ReportSource>[], out: string): Promise<string>;
  /** Ends the page. */
  close(): Promise<void>;
}

/**
 * Watches one run of a program after the other: on one page while they are under way, with `live`, and in a report at their end.
 * Throws `LIVE_PAGE_BAD_OPTION`, `LIVE_PAGE_PAGE_MISSING` and `LIVE_PAGE_NOT_SERVED`.
 */
export async function watchRuns(options: WatchRunsOptions = {}): Promise<RunsWatch> {
  const { live, host, port, title } = watchRunsOptions.read(options);
  const page = live ? await servePage({ host, title, ...(port !== undefined && { port }) }) : undefined;
  return {
    url: page?.url,
    plugins: (name, metrics) => [measurements(), ...(page ? [livePage({ page, name, metrics })] : [])],
    report: async (runs, out) => {
      try {
        await writeReport(
          runs.filter(({ path }) => existsSync(path)),
          out,
          title,
        );
        return `The report, a page for any browser, is in ${out}`;
      } catch (error) {
        const reason = messageOf(error);
        return `No report was written; the results are whole. ${reason}`;
      }
    },
    close: async () => page?.close(),
  };
}
