import { Command, InvalidArgumentError } from 'commander';
import { cacheFolder } from '../find/cache-folder.js';

/** What is known of one thing that was tried. */
export interface Diagnosis {
  readonly name: string;
  readonly works: boolean;
  /** What it runs on, or what is wrong with it. */
  readonly detail: string;
  /** Commands that make it work, in order; none where it works or cannot. */
  readonly fixes: readonly string[];
}

/** What `doctor` tries, and how it ends. */
export interface DoctorOptions {
  /** Tries everything, the best first; default: the two native variants. */
  readonly diagnose?: () => Promise<readonly Diagnosis[]>;
  /** What follows for the reader, by the best that works; default: that it works. */
  readonly verdict?: (best: string) => string;
  /** Measures all that start, so many seconds each, the fastest first; without it there is no `--bench`. */
  readonly bench?: (seconds: number, onBackend: (name: string) => void) => Promise<readonly MeasuredSpeed[]>;
}

/** How fast something is, or why that is not known. */
export interface MeasuredSpeed {
  readonly name: string;
  readonly imagesPerSecond: number | undefined;
  readonly reason?: string;
}

/** `doctor`: what works, what is missing and the line that fixes it. */
export function doctorCommand({
  diagnose = diagnoseBoth,
  verdict = (best) => `'${best}' works.`,
  bench,
}: DoctorOptions = {}): Command {
  const command = new Command('doctor')
    .description('Tries every backend; tells what works, what is missing and the line that fixes it.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit codes: 0 a backend works, 1 none does, 2 the command line is wrong.')
    .action(async ({ json, bench: seconds }: { json?: boolean; bench?: true | number }) => {
      const speeds =
        seconds && bench ? await bench(seconds === true ? SECONDS : seconds, sayWhich) : undefined;
      if (speeds && !json) console.log(`${speedsText(speeds)}\n`);
      const found = await diagnose();
      const answer = { ...doctorJson(found), ...(speeds && { speeds }) };
      console.log(json ? JSON.stringify(answer, undefined, 2) : doctorText(found, verdict));
      process.exitCode = found.some(({ works }) => works) ? 0 : 1;
    });
  if (bench) {
    const text = `measure how fast each trains, so many seconds each (default: ${SECONDS}); auto takes the fastest from then on`;
    command.option('--bench [seconds]', text, readSeconds);
  }
  return command;
}

const SECONDS = 10;

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw new InvalidArgumentError('Expected seconds, above 0 and up to 600.');
}

function sayWhich(name: string): void {
  process.stderr.write(`evenkeel: measuring ${name}\n`);
}

/** What was measured, for people. */
export function speedsText(speeds: readonly MeasuredSpeed[]): string {
  return speeds
    .map(({ name, imagesPerSecond, reason }) =>
      imagesPerSecond === undefined
        ? `  -- ${name.padEnd(11)}${reason}`
        : `     ${name.padEnd(11)}${imagesPerSecond.toPrecision(3).padStart(6)} images/s`,
    )
    .join('\n');
}

/** The answer of `doctor --json`. */
export function doctorJson(backends: readonly Diagnosis[]): object {
  return { best: best(backends) ?? null, node: process.version, cache: cacheFolder(), backends };
}

/** The answer of `doctor` for people. */
export function doctorText(backends: readonly Diagnosis[], verdict: (best: string) => string): string {
  const rows = backends.flatMap(({ name, works, detail, fixes }) => [
    `${works ? '  ok ' : '  -- '}${name.padEnd(11)}${detail}`,
    ...(fixes.length > 0 ? [`${' '.repeat(16)}fix: ${fixes.join(' && ')}`] : []),
  ]);
  const first = best(backends);
  const conclusion = first === undefined ? 'No backend works.' : verdict(first);
  return [...rows, '', `${conclusion} Node ${process.version}, cache in ${cacheFolder()}`].join('\n');
}

function best(backends: readonly Diagnosis[]): string | undefined {
  return backends.find(({ works }) => works)?.name;
}

async function diagnoseBoth(): Promise<readonly Diagnosis[]> {
  const { diagnoseNative } = await import('../diagnose-native.js');
  return [await diagnoseNative('native-gpu'), await diagnoseNative('native')];
}
