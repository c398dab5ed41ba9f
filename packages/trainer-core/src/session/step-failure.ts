import type { HostBatch } from '../contract/dataset.js';
import type { Position } from '../contract/events.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { THE_LOSS } from '../step/run-step.js';
import type { StepOutcome } from '../step/run-step.js';

/** The error of a step that would have made something that is not finite, after a look at what went into it. */
export function stepFailure(
  { loss, notFinite: first = THE_LOSS }: StepOutcome,
  { tag, indices, inputs, targets }: HostBatch,
  { epoch, batch, step }: Position,
  learningRate: number,
): Error {
  const place = { epoch, batch, step, tag };
  for (const [what, values] of [
    ['input', inputs],
    ['target', targets],
  ] as const) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const example = indices[Math.floor(at / (values.length / indices.length))];
    return trainerErrors.DATA_NOT_FINITE({ ...place, what, value: values[at], example });
  }
  if (!Number.isFinite(loss)) return trainerErrors.LOSS_NOT_FINITE({ ...place, loss, first, learningRate });
  return trainerErrors.UPDATE_NOT_FINITE({ ...place, loss, first, learningRate });
}
