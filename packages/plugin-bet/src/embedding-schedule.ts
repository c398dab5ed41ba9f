import { defineOptions, oneOf, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from './errors.js';

/** When balanced batches are embedded. */
export interface EmbeddingOptions {
  /** Base batches in front of every burst, 1 or more; `Infinity`: never embed. Default 4. */
  readonly every?: number;
  /** Balanced batches per burst, 1 or more; default 1. */
  readonly burst?: number;
  /** First epoch (zero-based) with bursts; default 0. */
  readonly from?: number;
  /** First epoch without bursts again; default Infinity. */
  readonly until?: number;
  /** Epochs over which the share of bursts rises linearly from 0 (in epoch `from`) to all; default 0: all at once. */
  readonly ramp?: number;
  /**
   * `keep`: an epoch keeps its number of batches, embedded ones take the place of the base plan's last ones;
   * `extend`: all base batches, plus the embedded ones. Default `keep`.
   */
  readonly length?: 'keep' | 'extend';
}

/** A checked schedule, defaults filled in. */
export type EmbeddingSchedule = Required<EmbeddingOptions>;

/** What each option of a schedule may be. */
export const scheduleSpec = {
  every: whole(1).or(Infinity).default(4),
  burst: whole(1).default(1),
  from: whole().default(0),
  until: whole().or(Infinity).default(Infinity),
  ramp: whole().default(0),
  length: oneOf('keep', 'extend').default('keep'),
} satisfies SpecOf<EmbeddingOptions>;

/** The options of `embeddingSchedule`. */
export const scheduleOptions = defineOptions('embeddingSchedule', errors.BAD_OPTION, scheduleSpec);

/** Fills in the defaults of a schedule; throws `BET_BAD_OPTION`. */
export function embeddingSchedule(options: EmbeddingOptions = {}): EmbeddingSchedule {
  return checkedSchedule(scheduleOptions.read(options), scheduleOptions);
}

/** A schedule whose bursts do not end before they begin; throws the refusal of the options that it was read from. */
export function checkedSchedule<Schedule extends EmbeddingSchedule>(
  schedule: Schedule,
  options: Pick<typeof scheduleOptions, 'refuse'>,
): Schedule {
  const { from, until } = schedule;
  if (until < from) throw options.refuse('until', `an epoch of at least ${from}, which is 'from'`, until);
  return schedule;
}

/**
 * Which places of an epoch hold embedded batches: 1 for embedded, 0 for base, one entry per batch of the epoch. Of every
 * `every + burst` places the last `burst` are a burst. While the share of bursts is r < 1, burst g (from 0) takes
 * place where ⌊(g + 1)·r⌋ > ⌊g·r⌋, so of the first G bursts exactly ⌊G·r⌋ do; the places of the others hold base
 * batches (`keep`) or are left out (`extend`). Source: our reading.
 *
 * @param baseBatches Batches of the base sampler in this epoch.
 * @param epoch Zero-based.
 */
export function embeddedPlaces(schedule: EmbeddingSchedule, baseBatches: number, epoch: number): Uint8Array {
  const { every, burst, length } = schedule;
  const takesPlace = burstRule(schedule, epoch);
  if (length === 'keep') {
    const group = every + burst;
    const places = new Uint8Array(baseBatches);
    for (let start = every, at = 0; start < baseBatches; start += group, at++)
      if (takesPlace(at)) places.fill(1, start, start + burst);
    return places;
  }
  const places = new Uint8Array(baseBatches + burst * Math.floor(baseBatches / every));
  let embedded = 0;
  for (let at = 0; (at + 1) * every <= baseBatches; at++) {
    if (!takesPlace(at)) continue;
    const start = (at + 1) * every + embedded;
    places.fill(1, start, start + burst);
    embedded += burst;
  }
  return places.slice(0, baseBatches + embedded);
}

/** Whether burst g of this epoch takes place. Whole numbers only, so that the counts are exact. */
function burstRule({ from, until, ramp }: EmbeddingSchedule, epoch: number): (burst: number) => boolean {
  if (epoch < from || epoch >= until) return () => false;
  const risen = epoch - from;
  if (risen >= ramp) return () => true;
  return (burst) => Math.floor(((burst + 1) * risen) / ramp) > Math.floor((burst * risen) / ramp);
}
