import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** The changes that a later start can see; a file that is written aside appears by its renaming. */
const CHANGES = ['rename', 'rm', 'appendFileSync', 'truncateSync', 'renameSync', 'linkSync'];

type Change = (...args: unknown[]) => unknown;

/** Kills this process in front of its n-th change under a folder, as a power cut would; the first is number 1. */
export function killBefore(change: number, under: string): void {
  let changes = 0;
  for (const operations of [fs, promises] as unknown as Record<string, Change>[]) {
    for (const name of CHANGES) {
      const make = operations[name];
      if (make === undefined) continue;
      operations[name] = (...args) => {
        const counts = String(args[0]).startsWith(under);
        if (counts && ++changes === change) process.kill(process.pid, 'SIGKILL');
        return make(...args);
      };
    }
  }
  syncBuiltinESMExports();
}
