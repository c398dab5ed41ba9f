import type { Handle, HostValues } from './recordable-backend.js';

/** What an op takes: a handle, and its values where the step made them on the host. */
export interface Operand extends Handle {
  readonly values?: HostValues;
}

/** tfjs-node deletes no handle below 0, and −1 is that of values which wait on the host. */
const FIRST_PROMISE = -2;

let next = FIRST_PROMISE;

/** A handle of a value that is still to be computed; none is given twice. */
export function newPromise(): number {
  return next--;
}

/** Whether a handle stands for a value that is still to be computed, or was when it was made. */
export function isPromise(id: number): boolean {
  return id <= FIRST_PROMISE;
}
