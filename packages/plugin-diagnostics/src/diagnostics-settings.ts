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

/** Checked options, defaults filled in. */
export type DiagnosticsSettings = Required<Omit<DiagnosticsOptions, 'epochs'>> &
  Pick<DiagnosticsOptions, 'epochs'>;

/** Checks options and fills in defaults. Throws `DIAGNOSTICS_BAD_OPTION`. */
export function diagnosticsSettings(options: DiagnosticsOptions): DiagnosticsSettings {
  const { every = 3, epochs, examples = 512, source = 'train', batches = 4 } = options;
  const whole = (value: unknown, least: number) => Number.isInteger(value) && (value as number) >= least;
  const check = (option: string, good: boolean, expected: string, received: unknown) => {
    if (!good) throw errors.BAD_OPTION({ option, expected, received });
  };
  check('every', whole(every, 1), 'a whole number, 1 or more', every);
  const listed = epochs === undefined || (Array.isArray(epochs) && epochs.every((epoch) => whole(epoch, 0)));
  check('epochs', listed, 'a list of epochs, whole numbers from 0', epochs);
  check('examples', whole(examples, 2), 'a whole number, 2 or more', examples);
  check('source', source === 'train' || source === 'validation', "'train' or 'validation'", source);
  check('batches', whole(batches, 0), 'a whole number, 0 or more', batches);
  return { every, epochs, examples, source, batches };
}
