import { parseArgs } from 'node:util';
import { loads, machine, tooBusy } from './machine.js';
import { peerEnvironment } from './peer-environment.js';
import { peersOf } from './peers.js';
import { goalTable, lineTable } from './report.js';
import { runSuites } from './run-suites.js';
import { showProgress } from './show-progress.js';
import { SUITES } from './suites.js';

const HELP = `Usage: npm run bench -- [options]

Measures in turns (A B A B ...), drops the warm-up, and prints least and median times, ratios and the goals, which are judged
only where the load is 0.5 or less at the start.

  --suite NAMES   some of ${Object.keys(SUITES).join(', ')}; default: all
  --peers         PyTorch, TensorFlow and NumPy on the same work in the same run; the first time it makes their
                  environment in the cache folder (some gigabytes)
  --quick         a smoke run of seconds; its times mean nothing
  --json          one JSON object a line: { suite, name, msMin, msMedian, imagesPerSecond?, ratioTo?, more? }
  --markdown      the tables as Markdown
  --help          this text`;

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string' },
    peers: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const names = options.suite?.split(',') ?? Object.keys(SUITES);
  const unknown = names.find((name) => !(name in SUITES));
  if (unknown !== undefined) {
    throw new Error(`No suite '${unknown}'. The suites are: ${Object.keys(SUITES).join(', ')}.`);
  }
  const say = (line: string): void => console.error(line);
  // What is not a line of JSON must not get between them.
  const print = options.json ? say : (text: string): void => console.log(text);
  const peers = options.peers ? peersOf(await peerEnvironment(say)) : undefined;
  const before = machine();
  const busy = tooBusy();
  print(before);
  const progress = showProgress(process.stderr);
  const { lines, notes } = await runSuites({
    suites: names,
    quick: options.quick,
    peers,
    progress,
    onSuite: (name, measured) => {
      progress.clear();
      if (options.json) for (const line of measured) console.log(JSON.stringify(line));
      else print(`\n${lineTable(name, measured, options.markdown)}`);
    },
  });
  if (!options.quick) print(`\n${busy ?? goalTable(lines, options.markdown)}`);
  print(`\n${[...notes, before].join('; ')}, and at the end ${loads()}`);
}

if (options.help) console.log(HELP);
else {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
