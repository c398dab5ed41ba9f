import { errors } from './errors.js';
import type { TracedOp } from './trace.js';

/** `EXPORT_NOT_POSSIBLE` for an op that a format has no form for, or not with a detail of it. */
export function unsupported({ kernel }: TracedOp, detail?: string): Error {
  const problem = `the operation '${kernel}'${detail ? ` with ${detail}` : ''} is not known here`;
  return errors.NOT_POSSIBLE({ problem });
}
