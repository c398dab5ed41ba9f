import type { Sampler } from '../contract/sampler.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import type { RunState } from './run-state.js';

/**
 * Throws TRAINER_BAD_POSITION when a run stands where its sampler's plan has no such place: without this it would end as done
 * with steps that were never made. TRAINER_FEWER_EPOCHS when more is done than is asked for. Not for runs whose plan was changed
 * on purpose.
 */
export function checkPosition({ position, planChanged }: RunState, sampler: Sampler, epochs: number): void {
  const { epoch, batch, step } = position;
  if (epoch > epochs) throw trainerErrors.FEWER_EPOCHS({ epochs, done: epoch });
  if (planChanged) return;
  const { name } = sampler;
  const here = epoch < epochs ? sampler.batchesIn(epoch) : 0;
  if (batch > here) {
    const problem = `it stands at batch ${batch + 1} of epoch ${epoch + 1}, and sampler '${name}' plans ${here} there`;
    throw trainerErrors.BAD_POSITION({ problem });
  }
  let before = 0;
  for (let earlier = 0; earlier < epoch; earlier++) before += sampler.batchesIn(earlier);
  if (before + batch === step) return;
  const problem =
    `after ${step} steps it stands at batch ${batch + 1} of epoch ${epoch + 1}, and sampler '${name}' plans ` +
    `${before + batch} before that`;
  throw trainerErrors.BAD_POSITION({ problem });
}
