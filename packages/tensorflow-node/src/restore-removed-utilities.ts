import util from 'node:util';

/** Gives Node 23 and newer two functions back that tfjs-node calls. */
export function restoreRemovedUtilities(): void {
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}
