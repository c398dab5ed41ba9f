import { defineOptions, list, oneOf, whole } from '@evenkeel/errors';
import type { ReadOptions, SpecOf } from '@evenkeel/errors';
import { errors } from './errors.js';

/** When to look, and at how much. */
export interface DiagnosticsOptions {
  /** Looks after every so many epochs, and after the last; default 3. */
  readonly every?: number;
  /** Looks after these epochs only, counted from 0; instead of `every`. */
  readonly epochs?: readonly number[];
  /** Examples of the probe set, spread evenly over the classes; default 512. */
  readonly examples?: number;
  /** The part that the probe set is taken from; `validation` falls back on `train` where there is none. Default `train`. */
  readonly source?: 'train' | 'validation';
  /** Batches of each tag whose covariances are compared, 0: none; default 4. */
  readonly batches?: number;
}

/** The options of `diagnostics`. */
export const diagnosticsOptions = defineOptions('diagnostics', errors.BAD_OPTION, {
  every: whole(1).default(3),
  epochs: list(whole()).optional(),
  examples: whole(2).default(512),
  source: oneOf('train', 'validation').default('train'),
  batches: whole().default(4),
} satisfies SpecOf<DiagnosticsOptions>);

/** Checked options, defaults filled in. */
export type DiagnosticsSettings = ReadOptions<typeof diagnosticsOptions.spec>;
