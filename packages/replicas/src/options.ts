import { defineOptions, flag, list, number, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from './errors.js';

/** How processes that train together find and wait for each other. */
export interface DataParallelOptions {
  /**
   * Names or addresses of the machines that take part; required where rank 0 is outside of this one. Default: those in
   * `EVENKEEL_HOSTS`, joined by commas.
   */
  readonly hosts?: readonly string[];
  /** Seconds from the first to the last process that comes; default 60. */
  readonly meetSeconds?: number;
  /** Seconds after which a process that does not answer is given up; default 300. */
  readonly timeoutSeconds?: number;
  /**
   * Whether ranks that meet at a loopback address sum in memory that they share; default true. False: over TensorFlow's network,
   * as ranks of several machines do.
   */
  readonly sharedMemory?: boolean;
  /**
   * Whether batch norm, whitening and other layers normalise by the statistics of the whole batch, as one process does; default
   * false: by those of their own rank's rows.
   */
  readonly syncBatchNorm?: boolean;
}

/** The options of `dataParallel`. */
export const dataParallelOptions = defineOptions('dataParallel', errors.BAD_OPTION, {
  hosts: list(text("a machine's name or address")).optional('those in `EVENKEEL_HOSTS`'),
  meetSeconds: number({ above: 0 }).default(60),
  timeoutSeconds: number({ above: 0 }).default(300),
  sharedMemory: flag().default(true),
  syncBatchNorm: flag().default(false),
} satisfies SpecOf<DataParallelOptions>);
