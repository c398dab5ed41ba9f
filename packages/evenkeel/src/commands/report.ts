import { basename, dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { errors } from '../errors.js';
import type { Subcommand } from '../subcommand.js';

interface ReportFlags {
  readonly out: string;
  readonly names?: string;
  readonly title?: string;
  readonly json?: boolean;
}

const NOTES = `
Example:
  evenkeel report runs/baseline/metrics.jsonl runs/end-to-end/metrics.jsonl --out report.html

Exit codes: 0 it is written, 1 a file cannot be read or written, 2 the command line is wrong.`;

/** `evenkeel report FILE...`. */
export const subcommand: Subcommand = {
  name: 'report',
  summary: 'draws the metrics of one or more runs as one page',
  load: async () =>
    new Command('report')
      .description('Draws the metrics.jsonl of one or more runs as one HTML page.')
      .argument('<files...>', 'what the plugin metricsFile wrote, one file per run')
      .option('--out <file>', 'where the page is written', 'report.html')
      .option('--names <names>', 'what the runs are called: a,b (default: the folder of each file)')
      .option('--title <text>', 'heading of the page')
      .option('--json', 'print one JSON object')
      .addHelpText('after', NOTES)
      .action(writeReport),
};

async function writeReport(files: readonly string[], { out, title, json, ...flags }: ReportFlags) {
  const names = flags.names?.split(',') ?? files.map((path) => basename(dirname(resolve(path))));
  if (names.length !== files.length || new Set(names).size !== names.length) {
    throw errors.BAD_NAMES({ files: files.length, received: names });
  }
  const { readRun, reportPage } = await import('@evenkeel/live-page/report');
  const runs = await Promise.all(files.map((path, at) => readRun(path, names[at])));
  for (const note of runs.flatMap((run) => run.notes)) process.stderr.write(`${note}\n`);
  const page = await reportPage(runs, title);
  const { writeWhole } = await import('@evenkeel/trainer-core/node');
  try {
    await writeWhole(out, page);
  } catch (error) {
    const { cause = error } = error as Error;
    throw errors.NOT_WRITTEN({ path: out, reason: (cause as Error).message }, { cause });
  }
  console.log(json ? JSON.stringify({ out: resolve(out), runs: names }, undefined, 2) : `Written to ${out}`);
}
