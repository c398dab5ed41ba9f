#!/usr/bin/env node
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWhole } from '@evenkeel/trainer-core/node';
import { htmlReport } from './html-report.js';
import { readRun } from './read-run.js';

const HELP = `evenkeel-diagnostics FILE... [--out report.html] [--names a,b] [--title TEXT]

Draws the metrics.jsonl of one or more runs as one HTML page.

  --out FILE     where it is written (default report.html)
  --names A,B    what the runs are called (default: the folder of each file)
  --title TEXT   heading of the page (default Diagnostics)
  --help         this text
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: 'report.html' },
      names: { type: 'string' },
      title: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  if (positionals.length === 0) throw new Error(`Expected one or more files, received none.\n\n${HELP}`);
  const names = values.names?.split(',') ?? positionals.map((path) => basename(dirname(resolve(path))));
  if (names.length !== positionals.length || new Set(names).size !== names.length) {
    throw new Error(
      `Expected ${positionals.length} different names, received '${names.join(',')}'. Give one for each file with --names.`,
    );
  }
  const runs = await Promise.all(positionals.map((path, at) => readRun(path, names[at])));
  for (const note of runs.flatMap((run) => run.notes ?? [])) process.stderr.write(`${note}\n`);
  await writeWhole(values.out, await htmlReport(runs, values.title));
  process.stdout.write(`Written to ${values.out}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
