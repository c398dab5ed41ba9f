import type { Schedule } from '../contract/step.js';
import { warn } from '../errors/warn.js';
import type { RunState } from './run-state.js';

/** More than this many times the last rate is a jump. */
const JUMP = 3;

/**
 * Says so where a finished run is prolonged and its learning rate jumps up, as that of a schedule over all epochs does. `next` is
 * the rate of the next step.
 */
export function tellRateJump({ name }: Schedule, { position, learningRate }: RunState, next: number): void {
  if (!(learningRate > 0 && next > JUMP * learningRate)) return;
  const [before, after] = [learningRate, next].map((rate) => Number(rate.toPrecision(3)));
  warn(
    `trainer-core: the learning rate goes from ${before} up to ${after} at epoch ${position.epoch + 1}, since schedule '${name}' now ` +
      `spreads over more epochs than the run was trained for. Train a new run for that many epochs, or prolong it with another schedule.`,
  );
}
