import { trainerErrors } from '../errors/trainer-errors.js';
import { version } from './version.js';

/** One loaded copy of this package. */
interface Copy {
  readonly version: string;
  /** Where it was loaded from. */
  readonly location: string;
}

/** The same symbol in every copy, so that they know each other's marks. */
const ORIGIN = Symbol.for('evenkeel:origin');

// A bundler may leave no import.meta.url.
const here: Copy = { version, location: String(import.meta.url).replace(/\/contract\/origin\.[jt]s$/, '') };

/** Marks a plugin or role as made by this copy; what is marked or cannot be marked stays as it is. */
export function marked<T extends object>(value: T): T {
  if (!(ORIGIN in value) && Object.isExtensible(value)) {
    Object.defineProperty(value, ORIGIN, { value: here, enumerable: true });
  }
  return value;
}

/** Throws `TRAINER_TWO_COPIES` when another loaded copy of this package made the value. */
export function checkOrigin(what: string, value: object): void {
  const origin = (value as { readonly [ORIGIN]?: Copy })[ORIGIN];
  if (origin !== undefined && origin !== here) throw trainerErrors.TWO_COPIES({ what, here, other: origin });
}
