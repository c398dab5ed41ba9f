import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { growthIn } from './flatness.js';
import type { Sample } from './sample.js';

const PROGRAM = fileURLToPath(new URL('../programs/soak-run.js', import.meta.url));

/** What the program tells of a stage. */
interface StageReport {
  readonly name: string;
  readonly steps: number;
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly after: Sample;
  /** After the stage before it was disposed. */
  readonly before?: Sample;
}

/** Trains all stages on each backend, prints a table, and says what grows; exit code 1 where something does, or a run fails. */
export async function soak(backends: readonly string[], steps: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-soak-'));
  const problems: string[] = [];
  console.log(
    '| backend | run | steps | s | tensors | handles | files | resident, MB | heap, MB | wasm, MB |',
  );
  console.log(`|${' --- |'.repeat(2)}${' --: |'.repeat(8)}`);
  try {
    for (const backend of backends) {
      const child = spawn(process.execPath, [PROGRAM, backend, String(steps), join(folder, backend)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      for await (const line of createInterface({ input: child.stdout })) {
        const report = JSON.parse(line) as StageReport;
        console.log(rowOf(backend, report));
        problems.push(...problemsOf(report).map((problem) => `${backend}, ${report.name}: ${problem}`));
      }
      const code = await ended;
      if (code !== 0) problems.push(`${backend}: the program ended with ${code}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const problem of problems) console.log(`grows: ${problem}`);
  return problems.length > 0 ? 1 : 0;
}

/** What grows within a stage, or is left of it. */
function problemsOf({ samples, before, after }: StageReport): readonly string[] {
  const left = before === undefined ? 0 : after.tensors - before.tensors;
  return [...growthIn(samples), ...(left > 0 ? [`${left} tensors left after dispose`] : [])];
}

/** Where numbers move, the first sample after the beginning and the last. */
function rowOf(backend: string, { name, steps, seconds, samples }: StageReport): string {
  const [early, late] = [samples[Math.floor(samples.length / 5)], samples[samples.length - 1]];
  const moved = (key: keyof Sample) => {
    const [from, to] = [early[key], late[key]].map((value) => String(Math.round(value)));
    return from === to ? from : `${from} → ${to}`;
  };
  const cells = [
    backend,
    name,
    String(steps),
    seconds.toFixed(0),
    moved('tensors'),
    moved('handles'),
    moved('files'),
  ];
  return `| ${[...cells, moved('resident'), moved('heap'), moved('wasm')].join(' | ')} |`;
}
