import type { Handle, HostValues } from './recordable-backend.js';

/** What an op takes: a handle, and its values where the step made them on the host. */
export interface Operand extends Handle {
  readonly values?: HostValues;
}

/** The first handle of a value that is still to be computed. tfjs-node deletes none below 0; −1 is that of values which wait on the host. */
export const FIRST_PROMISE = -2;

/** Whether a handle stands for a value that is still to be computed, or was when it was made. */
export function isPromise(id: number): boolean {
  return id <= FIRST_PROMISE;
}
