import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../outcome.js';
import { runProgram } from '../run-program.js';
import { caseFolder, faultOnDisk, finish, isCoded, lastSaved } from '../scene.js';
import type { Scene } from '../scene.js';

/** Runs on real disks that are too small, where this process may mount them; undefined where it may not. */
export async function fullDisk(scene: Scene): Promise<readonly Case[] | undefined> {
  const cases: Case[] = [];
  for (const kilobytes of scene.long ? [8, 16, 24, 32, 48, 64, 96, 128] : [24]) {
    const name = `disk of ${kilobytes} KB`;
    const disk = join(caseFolder(scene, `disk-${kilobytes}`), 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      rmSync(disk, { recursive: true });
      return undefined;
    }
    try {
      const ended = await runProgram(scene.programs['tiny-run'], [join(disk, 'run'), '1']);
      const saved = lastSaved(ended);
      const roomy = join(disk, '..', 'roomy');
      if (ended.code !== 0 && !isCoded(ended.err)) {
        cases.push({ name, outcome: 'raw', detail: ended.err.slice(0, 300) });
        continue;
      }
      cpSync(join(disk, 'run'), roomy, { recursive: true });
      const fault = faultOnDisk(roomy, scene.references.get(1)!, saved);
      cases.push({ name, ...(fault ?? (await finish(scene, roomy, 1, saved))) });
    } finally {
      execFileSync('umount', [disk]);
    }
  }
  return cases;
}
