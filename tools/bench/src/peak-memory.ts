import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Line } from './line.js';
import type { Peers } from './peers.js';
import type { StepPeakSettings } from './programs/step-peak.js';

const PROGRAM = fileURLToPath(new URL('./programs/step-peak.js', import.meta.url));

/** Peak resident memory in MiB of a process that makes compiled steps of ours; nothing where the benchmark is not built. */
export async function ownPeak(settings: StepPeakSettings): Promise<number | undefined> {
  if (!existsSync(PROGRAM)) return undefined;
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The steps ended with exit code ${code}; what they said is above.`);
  return JSON.parse(printed) as number;
}

/** The same of a peer's process that has one of its modes alone. */
export async function peerPeak(
  peers: Peers,
  script: string,
  settings: object,
  mode: string,
  steps: number,
): Promise<number> {
  const program = await peers.start(script, { ...settings, only: mode });
  try {
    await program.contestants[0].measure(steps);
    return program.peakMiB();
  } finally {
    await program.close();
  }
}

/** Lines with the peaks of those that have one. */
export function withPeaks(
  lines: readonly Line[],
  peaks: ReadonlyMap<string, number | undefined>,
): readonly Line[] {
  return lines.map((line) => {
    const peak = peaks.get(line.name);
    return peak === undefined ? line : { ...line, more: { ...line.more, 'peak MiB': peak } };
  });
}
