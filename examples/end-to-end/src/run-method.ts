import { join } from 'node:path';
import type { RunsWatch } from '@evenkeel/live-page';
import { diagnostics } from '@evenkeel/plugin-diagnostics';
import { exportGraphModel } from '@evenkeel/tfjs-export';
import { saveGraphModel } from '@evenkeel/tfjs-export/node';
import type { ClassDataset, Trainer } from '@evenkeel/trainer-core';
import { fileCheckpoints, metricsFile, progressBar, saveOnInterrupt } from '@evenkeel/trainer-core/node';
import { trainerFor } from './methods.js';
import type { RunResult } from './results.js';
import { resumeCommand } from './settings.js';
import type { MethodName, Settings } from './settings.js';

/** Trains one method to its end, or says why it was interrupted; its checkpoint is then in the run's folder. */
export async function runMethod(
  method: MethodName,
  data: ClassDataset,
  settings: Settings,
  backend: string,
  watch: RunsWatch,
): Promise<RunResult | { readonly interrupted: string }> {
  const { epochs, seed, imbalance, resume, out } = settings;
  const folder = join(out, method);
  const trainer = trainerFor(method, data, settings, [
    fileCheckpoints({ folder: join(folder, 'checkpoints'), keepLast: 1, best: false }),
    metricsFile({ path: metricsPath(out, method), everySteps: 10 }),
    diagnostics(),
    watch.plugins(method, metricsPath(out, method)),
    progressBar({ label: method }),
    saveOnInterrupt({ howToResume: () => `Resume with: ${resumeCommand(settings)}` }),
  ]);
  try {
    console.log(`\n${method}\n${trainer.explain()}\n`);
    if (resume) await trainer.resume(undefined, { optional: true });
    // The test images are read once, at the end: nothing is chosen by them.
    const result = await trainer.fit({ epochs, evaluateEvery: epochs });
    if (result.interrupted) return { interrupted: result.reason };
    await writeModel(trainer, folder);
    const { all, many, medium, few, perClass } = result.evaluation as unknown as RunResult['accuracy'] & {
      perClass: RunResult['perClass'];
    };
    return {
      name: method,
      data: data.name,
      imbalance,
      seed,
      backend,
      epochs,
      classCounts: data.classCounts,
      accuracy: { all, many, medium, few },
      perClass,
      seconds: round(result.seconds),
      imagesPerSecond: round(result.imagesPerSecond),
    };
  } finally {
    await trainer.dispose();
  }
}

/** The numbers of a method's run. */
export function metricsPath(out: string, method: MethodName): string {
  return join(out, method, 'metrics.jsonl');
}

/** What was learned counts, whether the network can be exported or not. */
async function writeModel(trainer: Trainer, folder: string): Promise<void> {
  try {
    await saveGraphModel(await exportGraphModel(trainer), join(folder, 'model'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`No model was written to '${folder}'; its checkpoint and its result are whole. ${reason}`);
    process.exitCode = 1;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
