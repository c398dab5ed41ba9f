import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Draw, PlainStep } from '../contract/step-compiler.js';
import { REPORT_OUTPUT, UPDATE_OUTPUT } from './outputs.js';

/** What came of a step. */
export interface StepOutcome {
  readonly loss: number;
  /** What was given to `log`, by name. */
  readonly logged: Readonly<Record<string, number>>;
  /** The first variable whose new value is not finite; undefined when all are, and so the variables have moved. */
  readonly notFinite?: string;
}

/** Stands for the loss where the variables are not to blame. */
export const THE_LOSS = 'the loss';

/**
 * Runs a step: reads its loss and its guard on the host at once, and moves the variables when everything is finite, else
 * none of them, so that a run that diverges still holds its last good weights.
 */
export async function runStep(
  step: PlainStep,
  inputs: () => NamedTensorMap,
  draw: Draw,
  variables: ReadonlyMap<string, Variable>,
): Promise<StepOutcome> {
  const outputs = tf.tidy(() => step(inputs(), draw));
  try {
    const report = Object.keys(outputs).find((name) => name.startsWith(REPORT_OUTPUT))!;
    const [loss, finite, ...values] = await outputs[report].data();
    const names = JSON.parse(report.slice(REPORT_OUTPUT.length)) as string[];
    const logged = Object.fromEntries(names.map((name, at) => [name, values[at]]));
    const updates = Object.entries(outputs)
      .filter(([name]) => name.startsWith(UPDATE_OUTPUT))
      .map(([name, value]) => [name.slice(UPDATE_OUTPUT.length), value] as const);
    if (finite !== 0) return { loss, logged, notFinite: await firstNotFinite(updates) };
    for (const [name, value] of updates) variables.get(name)!.assign(value);
    return { loss, logged };
  } finally {
    tf.dispose(outputs);
  }
}

async function firstNotFinite(updates: readonly (readonly [string, Tensor])[]): Promise<string> {
  for (const [name, value] of updates) {
    if (!(await value.data()).every(Number.isFinite)) return name;
  }
  return THE_LOSS;
}
