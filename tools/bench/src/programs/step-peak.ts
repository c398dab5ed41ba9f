// A process that compiles one training step and makes some; prints the peak of its resident memory in MiB as JSON.
import { existsSync, readFileSync } from 'node:fs';
import { compileStep } from '@evenkeel/compiled-step';
import type { Precision } from '@evenkeel/compiled-step';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { handWritten } from './hand-written.js';
import { randomBatch } from './random-batch.js';
import { stepWork } from './step-work.js';
import type { StepNetwork } from './step-work.js';

/** What the program is told. */
export interface StepPeakSettings {
  readonly network: StepNetwork;
  readonly precision: Precision;
  readonly quick: boolean;
  readonly steps: number;
}

const STATUS = '/proc/self/status';

const { network, precision, quick, steps } = JSON.parse(process.argv[2]) as StepPeakSettings;
await useBackend('auto', { onMessage: () => undefined });
const { settings, batch } = stepWork(network, quick);
const program = handWritten({
  ...settings,
  compile: (step) => compileStep(step, { precision, onMessage: () => undefined }),
});
const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
for (let step = 0; step < steps; step++) await program.step(inputs);
console.log(JSON.stringify(peakMebibytes()));

/** On Linux, what getrusage says starts at the peak of the process that began this one. */
function peakMebibytes(): number {
  const [, kibibytes] = existsSync(STATUS)
    ? (/^VmHWM:\s+(\d+)/m.exec(readFileSync(STATUS, 'utf8')) ?? [])
    : [];
  return Number(kibibytes ?? process.resourceUsage().maxRSS) / 1024;
}
